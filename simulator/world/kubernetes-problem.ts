import type { KubernetesKind } from "./kubernetes-kind.ts";

/** A Kubernetes `Status` that says no, shaped as the API server shapes it. */
export interface FailureStatus {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure";
  readonly message: string;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly retryAfterSeconds?: number;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
}

/** Thrown by a world that refuses; `status` is what a client would be answered. */
export class KubernetesProblem extends Error {
  override readonly name = "KubernetesProblem";
  readonly status: FailureStatus;

  constructor(problem: { code: number; reason: string; message: string; details?: StatusDetails; continueToken?: string }) {
    super(problem.message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: problem.continueToken === undefined ? {} : { continue: problem.continueToken },
      status: "Failure",
      message: problem.message,
      reason: problem.reason,
      ...(problem.details === undefined ? {} : { details: problem.details }),
      code: problem.code,
    };
  }
}

interface Named {
  readonly kind: KubernetesKind;
  readonly name: string;
}

/** `bundles.fleet.cattle.io`, and `secrets` for the core group. */
function qualified(kind: KubernetesKind): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

function details({ kind, name }: Named): StatusDetails {
  return { name, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural };
}

/** 404 `NotFound`. */
export function notFound(named: Named): KubernetesProblem {
  return new KubernetesProblem({
    code: 404,
    reason: "NotFound",
    message: `${qualified(named.kind)} "${named.name}" not found`,
    details: details(named),
  });
}

/** 409 `AlreadyExists`. */
export function alreadyExists(named: Named): KubernetesProblem {
  return new KubernetesProblem({
    code: 409,
    reason: "AlreadyExists",
    message: `${qualified(named.kind)} "${named.name}" already exists`,
    details: details(named),
  });
}

/** 409 `Conflict`; `because` is the sentence after "cannot be fulfilled on …". */
export function conflict(named: Named, because: string): KubernetesProblem {
  return new KubernetesProblem({
    code: 409,
    reason: "Conflict",
    message: `Operation cannot be fulfilled on ${qualified(named.kind)} "${named.name}": ${because}`,
    details: details(named),
  });
}

export const objectModified = "the object has been modified; please apply your changes to the latest version and try again";

/** 400 `BadRequest`. */
export function badRequest(message: string): KubernetesProblem {
  return new KubernetesProblem({ code: 400, reason: "BadRequest", message });
}

/** 422 `Invalid`, for one field. `found` says what is wrong with it, as in `Required value`. */
export function invalid(named: Named, problem: { field: string; reason: string; message: string }): KubernetesProblem {
  const { kind, name } = named;
  return new KubernetesProblem({
    code: 422,
    reason: "Invalid",
    message: `${kind.kind}${kind.group === "" ? "" : `.${kind.group}`} "${name}" is invalid: ${problem.field}: ${problem.message}`,
    details: {
      ...details(named),
      kind: kind.kind,
      causes: [{ reason: problem.reason, message: problem.message, field: problem.field }],
    },
  });
}

/** 410 `Expired`: what was asked for has been compacted away. */
export function expired(message: string, continueToken?: string): KubernetesProblem {
  return new KubernetesProblem({
    code: 410,
    reason: "Expired",
    message,
    ...(continueToken === undefined ? {} : { continueToken }),
  });
}

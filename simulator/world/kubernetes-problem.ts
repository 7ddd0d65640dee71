import type { KubernetesKind } from "./kubernetes-kind.ts";

/** A Kubernetes `Status` that says no, shaped as the API server shapes it. */
export interface FailureStatus {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Failure";
  readonly message: string;
  /** Absent where the API server met an error that it did not expect. */
  readonly reason?: string;
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

  constructor(problem: { code: number; reason?: string; message: string; details?: StatusDetails; continueToken?: string }) {
    super(problem.message);
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: problem.continueToken === undefined ? {} : { continue: problem.continueToken },
      status: "Failure",
      message: problem.message,
      ...(problem.reason === undefined ? {} : { reason: problem.reason }),
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
  return { ...(name === "" ? {} : { name }), ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural };
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

export interface FieldProblem {
  readonly field: string;
  readonly reason: "FieldValueRequired" | "FieldValueInvalid" | "FieldValueForbidden";
  /** What is wrong with the field, as in `Required value`. */
  readonly message: string;
}

/**
 * 422 `Invalid`, for one field. The API server names the kind, but the resource where it looks at the update as such; and it knows the
 * events of events.k8s.io as those of the core group.
 */
export function invalid({ kind, name }: Named, problem: FieldProblem, names: "kind" | "resource" = "kind"): KubernetesProblem {
  const group = kind.kind === "Event" ? "" : kind.group;
  const what = names === "kind" ? kind.kind : kind.plural;
  const { field, reason, message } = problem;
  return new KubernetesProblem({
    code: 422,
    reason: "Invalid",
    message: `${what}${group === "" ? "" : `.${group}`} "${name}" is invalid: ${field}: ${message}`,
    details: {
      ...(name === "" ? {} : { name }),
      ...(group === "" ? {} : { group }),
      kind: what,
      causes: [{ reason, message, field }],
    },
  });
}

/** 500 without a reason, as for a resourceVersion that is no number. */
export function unexpected(message: string): KubernetesProblem {
  return new KubernetesProblem({ code: 500, message });
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

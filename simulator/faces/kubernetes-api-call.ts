import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";

/** A string body is sent as plain text, anything else as JSON. */
export interface KubernetesApiAnswer {
  readonly code: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AnswerInput {
  readonly world: KubernetesObjects;
  readonly request: KubernetesApiRequest;
  readonly contentType: string;
  readonly body: string;
  readonly nowMs: number;
}

/** A request for a kind that the world has. */
export type AddressedInput = Omit<AnswerInput, "request"> & {
  readonly request: KubernetesApiRequest & { readonly kind: KubernetesKind };
};

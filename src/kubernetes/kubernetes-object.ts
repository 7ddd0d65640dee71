/**
 * An object as the API server sends it. Only what every object has is typed; `spec`, `status` and the like are `unknown` until somebody
 * reads them, since they were written by others.
 */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: KubernetesMetadata;
  readonly spec?: unknown;
  readonly status?: unknown;
  readonly data?: unknown;
}

export interface KubernetesMetadata {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly uid: string;
  /** Opaque, but that newer ones are greater where both are numbers. */
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What is known of a request that failed. */
export interface KubernetesFailure {
  /** The HTTP status; 0 where no answer came, and then nobody knows whether a write took effect. */
  readonly status: number;
  /**
   * `reason` of the server's Status object ("NotFound", "Conflict", "Expired", …), or one of ours where no answer came: "Timeout",
   * "Disconnected", "Aborted", "InvalidAnswer", "NoCredentials".
   */
  readonly reason: string;
  /** The server's message, or what happened; never a body as a whole, never a credential. */
  readonly message: string;
  /** How long the server asked to be left alone; 0 where it did not. */
  readonly retryAfterMs?: number;
}

/** A request to the API server that failed. `code` is stable: `Kubernetes` and the reason. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly code: string;
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number;

  constructor({ status, reason, message, retryAfterMs = 0 }: KubernetesFailure) {
    super(message);
    this.code = `Kubernetes${reason}`;
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }

  /** True where the request may have taken effect though it failed: no answer, or one that a server or proxy gives when it gave up. */
  get isUnknown(): boolean {
    return this.status === 0 ? this.reason !== "NoCredentials" : this.status >= 500;
  }
}

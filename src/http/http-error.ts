/** Why no answer came. Stable; texts are for people. */
export type HttpErrorCode = "InvalidRequest" | "ConnectFailed" | "TimedOut" | "Aborted" | "ConnectionLost";

/**
 * A request without an answer. `mayHaveArrived` is what the sender must know: false where no byte of the request can have left this process
 * (refused, DNS, TLS, a time-out while connecting), true from the moment on at which it was handed to an open connection.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: HttpErrorCode;
  readonly mayHaveArrived: boolean;

  constructor(
    code: HttpErrorCode,
    { message, mayHaveArrived, cause }: { message: string; mayHaveArrived: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }
}

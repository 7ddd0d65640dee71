/** One request as a webhook's receiver got it. Header names are lower case. */
export interface ReceivedRequest {
  readonly atMs: number;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What was answered; 0 while there is no answer, and for ever where the connection was cut without one. */
  readonly status: number;
}

/**
 * ok: 204 · refuse: nothing listens · hang: reads and never answers · slow: answers 204 after a while · status: answers so, with
 * `Retry-After` where given · resetAfter: reads the request, then cuts the connection · resetBefore: cuts it at once · garbage: answers what is
 * no HTTP · endless: answers 200 with a body that does not end.
 */
export type ReceiverBehaviour =
  | { readonly kind: "ok" }
  | { readonly kind: "refuse" }
  | { readonly kind: "hang" }
  | { readonly kind: "slow"; readonly latencyMs: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number; readonly location?: string }
  | { readonly kind: "resetAfter" }
  | { readonly kind: "resetBefore" }
  | { readonly kind: "garbage" }
  | { readonly kind: "endless" };

/** A webhook's receiver: everything that reached it, and how it behaves. Its HTTP face is `faces/webhook-receiver.ts`. */
export class ReceiverWorld {
  readonly now: () => number;
  /** Every request whose body was read, in order of arrival. */
  readonly requests: ReceivedRequest[] = [];
  readonly #requestListeners = new Set<(request: ReceivedRequest) => void>();
  readonly #behaviourListeners = new Set<() => void>();
  #behaviour: ReceiverBehaviour = { kind: "ok" };
  readonly #next: ReceiverBehaviour[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  /** The behaviour from now on. */
  behave(behaviour: ReceiverBehaviour): void {
    this.#behaviour = behaviour;
    this.#next.length = 0;
    for (const listener of this.#behaviourListeners) listener();
  }
  /** Behaviours of the next requests, one each; then it goes on as `behave` said. `refuse` is not possible here. */
  behaveNext(...behaviours: readonly Exclude<ReceiverBehaviour, { kind: "refuse" }>[]): void {
    this.#next.push(...behaviours);
  }
  get behaviour(): ReceiverBehaviour {
    return this.#behaviour;
  }
  /** How this request is treated; uses up one of `behaveNext`. */
  takeBehaviour(): ReceiverBehaviour {
    return this.#next.shift() ?? this.#behaviour;
  }

  /** Requests that were answered with 2xx. */
  accepted(): readonly ReceivedRequest[] {
    return this.requests.filter(({ status }) => status >= 200 && status < 300);
  }

  /** Takes down a request that has come in; the returned function takes down what was answered (0: nothing). */
  arrived(request: Omit<ReceivedRequest, "status">): (status: number) => void {
    const record = { ...request, status: 0 };
    this.requests.push(record);
    return (status) => {
      record.status = status;
      for (const listener of this.#requestListeners) listener(record);
    };
  }
  /** Called with each request once it is answered or cut; the returned function ends that. */
  onRequest(listener: (request: ReceivedRequest) => void): () => void {
    this.#requestListeners.add(listener);
    return () => this.#requestListeners.delete(listener);
  }
  onBehaviour(listener: () => void): () => void {
    this.#behaviourListeners.add(listener);
    return () => this.#behaviourListeners.delete(listener);
  }
}

export function createReceiverWorld(options: { readonly now: () => number }): ReceiverWorld {
  return new ReceiverWorld(options.now);
}

import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";

/** What may go wrong with one request. */
export type KubernetesApiFault =
  /** Answered with this Status; nothing takes effect. */
  | { readonly kind: "status"; readonly code: number; readonly reason: string; readonly message: string }
  /** 429 as the API server's own limits send it: plain text, with `Retry-After` in seconds. */
  | { readonly kind: "tooManyRequests"; readonly retryAfterSeconds: number }
  /** 410: a Status for a list, an ERROR event for a watch. */
  | { readonly kind: "gone" }
  /** Carried out, this much later. */
  | { readonly kind: "latency"; readonly ms: number }
  /** The connection is cut before anything takes effect. */
  | { readonly kind: "cut" }
  /** Takes effect, and the connection is cut before the answer. */
  | { readonly kind: "loseAnswer" }
  /** Takes effect, and is never answered; the connection stays. */
  | { readonly kind: "swallowAnswer" }
  /** Accepted and never answered; a watch opens and tells nothing, like a half-open connection. */
  | { readonly kind: "silence" }
  /** A watch that tells each event this much later. */
  | { readonly kind: "slowEvents"; readonly ms: number }
  /** A watch that is never told where it stands. */
  | { readonly kind: "noBookmarks" };

/** What a fault makes of a watch that opens. */
export type WatchFault = Extract<KubernetesApiFault, { kind: "gone" | "silence" | "slowEvents" | "noBookmarks" }>;

export function isWatchFault(fault: KubernetesApiFault | null): fault is WatchFault {
  return fault !== null && ["gone", "silence", "slowEvents", "noBookmarks"].includes(fault.kind);
}

export interface FaultRule {
  readonly fault: KubernetesApiFault;
  /** All requests where absent. */
  readonly when?: (request: KubernetesApiRequest) => boolean;
  /** For ever where absent. */
  readonly times?: number;
}

/** A watch that is open, as faults see it. */
export interface OpenWatch {
  cut(): void;
  silence(): void;
  expire(): void;
}

/** What a test makes go wrong. Rules are asked in the order in which they were added; the first that fits is used. */
export class KubernetesApiFaults {
  readonly #rules: { rule: FaultRule; left: number }[] = [];
  readonly #watches = new Set<OpenWatch>();

  /** Returns what takes the rule away. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Number.POSITIVE_INFINITY };
    this.#rules.push(entry);
    return () => this.#drop(entry);
  }

  /** Takes all rules away. */
  clear(): void {
    this.#rules.length = 0;
  }

  /** The fault of this request, if any; counts it. */
  take(request: KubernetesApiRequest): KubernetesApiFault | null {
    const entry = this.#rules.find(({ rule }) => rule.when?.(request) ?? true);
    if (entry === undefined) return null;
    entry.left -= 1;
    if (entry.left <= 0) this.#drop(entry);
    return entry.rule.fault;
  }

  /** Cuts the connections of all open watches. */
  cutWatches(): void {
    for (const watch of this.#watches) watch.cut();
  }

  /** Open watches stay open and tell nothing any more. */
  silenceWatches(): void {
    for (const watch of this.#watches) watch.silence();
  }

  /** Open watches get an ERROR event 410 and end. */
  expireWatches(): void {
    for (const watch of this.#watches) watch.expire();
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** For the face: the watch is open until the returned function is called. */
  opened(watch: OpenWatch): () => void {
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  #drop(entry: { rule: FaultRule; left: number }): void {
    const index = this.#rules.indexOf(entry);
    if (index >= 0) this.#rules.splice(index, 1);
  }
}

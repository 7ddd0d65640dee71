import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import type { KubernetesClient } from "./client.ts";
import { Deadline } from "./deadline.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { isFree, type LeaseObject, leaseObject, type ObservedLease, observe } from "./lease-object.ts";
import { pause } from "./pause.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

/** What an election needs of a cluster. */
export type LeaseClient = Pick<KubernetesClient, "get" | "create" | "replace">;

export interface LeaseOptions {
  readonly client: LeaseClient;
  /** One that nobody sets (`steadyClock`): a standby whose date was put forward would take the lease too early. */
  readonly clock: Clock;
  /** Milliseconds since the epoch, written for people to read; `clock`'s by default. */
  readonly dateMs?: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly namespace: string;
  /** One for each shard. */
  readonly name: string;
  /** Of this process, and of no other one ever: the host's name and a random part. */
  readonly identity: string;
  /** The lease is ours. `held` is aborted when it is lost; until then, and no longer, we may write and send. */
  readonly onAcquired: (held: AbortSignal) => void;
  /** Something keeps us from taking part: once, until it works again. */
  readonly onProblem: (problem: { readonly code: string; readonly message: string }) => void;
  /** For tests; `limits` by default. */
  readonly durations?: LeaseDurations;
}

export interface LeaseDurations {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

const defaultDurations: LeaseDurations = {
  durationMs: limits.leaseDurationMs,
  renewDeadlineMs: limits.leaseRenewDeadlineMs,
  retryMs: limits.leaseRetryMs,
};

/**
 * Takes part in the election of one holder by a Lease, by client-go's rules: whoever sees a lease unchanged for its whole duration, by its
 * own clock, may take it; the holder counts its time from before it sent its renewal, and gives up well before the duration is over, also
 * where a renewal hangs. Clocks of different machines are never compared.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #durations: LeaseDurations;
  readonly #path: string;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  /** As it was read or written last; null: it is not there, or it is to be read again. */
  #stored: LeaseObject | null = null;
  #observed: ObservedLease | null = null;
  #held: AbortController | null = null;
  #heldUntilMs = 0;
  #cancelExpiry: () => void = () => {};
  #trouble = "";
  #isKnown = false;

  /** Takes part at once. */
  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#durations = options.durations ?? defaultDurations;
    this.#path = resourcePath(resources.leases, options);
    this.#ended = this.#run();
  }

  /** True once it is known who holds the lease, be it us or another. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Also false where the time is over and the timer that says so has not run yet: after the process was stopped for a while. */
  get isHeld(): boolean {
    return this.#held !== null && this.#options.clock.now() < this.#heldUntilMs;
  }

  /** Until when we may write, by our clock; 0 where we do not hold it. */
  get heldUntilMs(): number {
    return this.#held === null ? 0 : this.#heldUntilMs;
  }

  /** Who holds it as far as we know; "" for nobody. */
  get holder(): string {
    return this.#observed?.holder ?? "";
  }

  /**
   * Gives the lease up where its time is over. A timer does the same, but when a machine has stood still, what came meanwhile is handled before any
   * timer: whoever is about to send asks first.
   */
  expire(): void {
    if (this.#held !== null && !this.isHeld) this.#lose();
  }

  /** Aborts `held`, gives the lease back, so that the next one need not wait, and takes no further part. Never rejects. */
  async stop(): Promise<void> {
    const wasHeld = this.isHeld;
    this.#stopping.abort();
    this.#lose();
    await this.#ended;
    if (wasHeld) await this.#release();
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#round();
      // Some jitter, so that two that wait for a lease do not meet at it again and again.
      await pause({ clock, ms: this.#durations.retryMs * (1 + random() * 0.2), signal });
    }
  }

  /** Looks, and takes or renews where that is allowed. Never rejects. */
  async #round(): Promise<void> {
    const { clock } = this.#options;
    const afterMs = this.#roundMs();
    const deadline = new Deadline({ clock, parent: this.#stopping.signal, afterMs });
    try {
      // Who holds it writes what it knows. Where that is refused, a renewal that was given up may have taken effect since: look at once.
      const isWritten = this.isHeld && this.#stored !== null && (await this.#take(deadline.signal));
      if (!isWritten) await this.#look(deadline.signal);
      this.#isKnown = true;
      this.#trouble = "";
    } catch (error) {
      this.#report(deadline.isOver ? new Error(`no answer within ${afterMs} ms`) : error);
    } finally {
      deadline.release();
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#see(await this.#read(signal));
    const isOurs = this.#observed?.holder === this.#options.identity;
    if (isOurs || isFree(this.#observed, this.#options.clock.now())) await this.#take(signal);
    else this.#lose();
  }

  /** Half of the deadline, so that there is time for another try on another connection where one hangs. */
  #roundMs(): number {
    const leftMs = this.#heldUntilMs - this.#options.clock.now();
    const halfMs = this.#durations.renewDeadlineMs / 2;
    return this.#held !== null && leftMs > 0 ? Math.min(leftMs, halfMs) : halfMs;
  }

  async #read(signal: AbortSignal): Promise<LeaseObject | null> {
    try {
      return (await this.#options.client.get(this.#path, { signal })) as LeaseObject;
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 404) return null;
      throw error;
    }
  }

  #see(stored: LeaseObject | null): void {
    this.#stored = stored;
    this.#observed = observe(this.#observed, stored, this.#options.clock.now());
  }

  /** False where it was refused: another one was faster, or somebody edits the lease. */
  async #take(signal: AbortSignal): Promise<boolean> {
    const { client, clock, namespace, name, identity } = this.#options;
    const stored = this.#stored;
    const sentMs = clock.now();
    const nowMs = this.#options.dateMs?.() ?? sentMs;
    const wanted = leaseObject(stored, { namespace, name, identity, durationMs: this.#durations.durationMs, nowMs });
    try {
      const written =
        stored === null
          ? await client.create(resourcePath(resources.leases, { namespace }), wanted, { signal })
          : await client.replace(this.#path, wanted, { signal });
      this.#see(written as LeaseObject);
      this.#hold(sentMs + this.#durations.renewDeadlineMs);
      return true;
    } catch (error) {
      this.#stored = null;
      if (error instanceof KubernetesError && error.status === 409) return false;
      throw error;
    }
  }

  #hold(untilMs: number): void {
    const { clock, onAcquired } = this.#options;
    if (this.#stopping.signal.aborted || clock.now() >= untilMs) return;
    // What ran out while the answer was on its way is lost, also where its timer has not run yet.
    this.expire();
    this.#heldUntilMs = untilMs;
    this.#cancelExpiry();
    this.#cancelExpiry = clock.wakeAt(untilMs, () => this.#lose());
    if (this.#held !== null) return;
    this.#held = new AbortController();
    onAcquired(this.#held.signal);
  }

  #lose(): void {
    this.#cancelExpiry();
    this.#heldUntilMs = 0;
    const held = this.#held;
    this.#held = null;
    held?.abort();
  }

  async #release(): Promise<void> {
    const { client, clock, identity } = this.#options;
    const deadline = new Deadline({ clock, parent: new AbortController().signal, afterMs: this.#durations.retryMs });
    try {
      const stored = await this.#read(deadline.signal);
      if (stored === null || stored.spec?.holderIdentity !== identity) return;
      const spec = { ...stored.spec, holderIdentity: "", leaseDurationSeconds: 1 };
      await client.replace(this.#path, { ...stored, spec }, { signal: deadline.signal });
    } catch (error) {
      this.#report(error);
    } finally {
      deadline.release();
    }
  }

  #report(error: unknown): void {
    const { code, message } = error instanceof KubernetesError ? error : { code: "LeaseNotReached", message: textOf(error) };
    if (code === this.#trouble || this.#stopping.signal.aborted) return;
    this.#trouble = code;
    this.#options.onProblem({ code, message: `Lease ${this.#options.namespace}/${this.#options.name}: ${message}` });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

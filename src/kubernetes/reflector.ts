import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import type { KubernetesClient, Query } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { OpenWatch } from "./open-watch.ts";
import { pause } from "./pause.ts";
import { Reconnection } from "./reconnection.ts";
import { type ReflectedChange, ReflectedObjects } from "./reflected-objects.ts";
import { newReflectorStats, type ReflectorStats } from "./reflector-stats.ts";
import { statusError } from "./status-error.ts";

export interface ReflectorOptions<Record> {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Of the collection, over all namespaces or in one: resource-path.ts. */
  readonly path: string;
  /** As the API server reads it; absent: all. */
  readonly labelSelector?: string;
  /** `limits.kubernetesPageItemsMax` by default. */
  readonly pageItemsMax?: number;
  /** Takes what is needed out of a whole object, which is not kept; null: this one does not concern us. */
  readonly project: (object: unknown) => Record | null;
  /** Called in order, never after `stop`. What throws is told again by the next list. */
  readonly onChange: (change: ReflectedChange<Record>) => void;
  /** Something keeps the reflector from being up to date, or an object could not be taken: once until `onRecovered`. */
  readonly onProblem: (problem: ReflectorProblem) => void;
  readonly onRecovered: () => void;
}

export interface ReflectorProblem {
  /** Stable: that of a KubernetesError, or "ObjectTooLarge", "ProjectionFailed", "ChangeRefused". */
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** Failed watches in a row after which a list is made: the server may have gone back in time (a restored backup). */
const watchFailuresMax = 3;
const defectsMax = 100;

/**
 * Keeps telling what the API server holds: lists in pages, watches from there, and begins again whenever either ends, for whatever reason,
 * until `stop`. A change is told once; an outage ends in a list that tells what changed meanwhile. From time to time a list checks that the
 * watch has missed nothing.
 */
export class Reflector<Record> {
  readonly stats: ReflectorStats = newReflectorStats();
  /** True once the first list is told; false where `stop` came first. Never rejects. */
  readonly synced: Promise<boolean>;
  readonly #options: ReflectorOptions<Record>;
  readonly #objects: ReflectedObjects<Record>;
  readonly #reconnection: Reconnection;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  readonly #query: Query;
  #resolveSynced: (isSynced: boolean) => void = () => {};
  /** The resourceVersion up to which all is told; "" before the first list, and after what can only be healed by one. */
  #toldUpTo = "";
  #listDueMs = 0;
  #isCheckDue = false;
  #watchedMs = 0;
  /** What was reported last as keeping us from being up to date; "" where nothing does. */
  #trouble = "";
  readonly #defects = new Set<string>();

  /** Starts at once. */
  constructor(options: ReflectorOptions<Record>) {
    this.#options = options;
    this.#reconnection = new Reconnection(options.random);
    this.#query = options.labelSelector === undefined ? {} : { labelSelector: options.labelSelector };
    this.#objects = new ReflectedObjects({
      project: options.project,
      onChange: options.onChange,
      stats: this.stats,
      onDefect: (code, error) => this.#reportDefect(code, error instanceof Error ? error.message : String(error)),
    });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.synced = promise;
    this.#resolveSynced = resolve;
    this.#ended = this.#run();
  }

  /** How many objects are known. */
  get size(): number {
    return this.#objects.size;
  }

  /** Ends everything, also in the midst of a list; nothing is told any more. Resolves when no request is out. */
  async stop(): Promise<void> {
    this.#objects.stop();
    this.#stopping.abort();
    this.#resolveSynced(false);
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const beganMs = clock.now();
      this.#watchedMs = 0;
      const error = await this.#attempt();
      if (signal.aborted) return;
      if (this.#isCheckDue && error === null) continue;
      const lastedMs = clock.now() - beganMs;
      const ms = this.#reconnection.delayMs({ lastedMs, watchedMs: this.#watchedMs, ...this.#judge(error) });
      await pause({ clock, ms, signal });
    }
  }

  /** Lists where that is due, and watches until the watch ends. Never rejects. */
  async #attempt(): Promise<unknown> {
    try {
      if (this.#toldUpTo === "" || this.#isCheckDue) await this.#list();
      if (!this.#stopping.signal.aborted) await this.#watch();
      return null;
    } catch (error) {
      return error;
    }
  }

  async #list(): Promise<void> {
    const { client, clock, path, pageItemsMax, random } = this.#options;
    const session = this.#objects.beginList(this.#isCheckDue ? this.#toldUpTo : "");
    const { signal } = this.#stopping;
    let resourceVersion = "";
    let continueToken = "";
    do {
      const limit = pageItemsMax ?? limits.kubernetesPageItemsMax;
      const query = { ...this.#query, limit, ...(continueToken === "" ? {} : { continue: continueToken }) };
      const page = await client.list(path, { signal, query, onItem: session.item, onOversized: () => this.#oversized() });
      resourceVersion ||= page.resourceVersion;
      ({ continueToken } = page);
    } while (continueToken !== "");
    await session.finish();
    if (signal.aborted) return;
    this.stats.lists += 1;
    if (this.#isCheckDue && this.#toldUpTo !== "") this.stats.checks += 1;
    this.stats.lastHeardMs = clock.now();
    this.#isCheckDue = false;
    this.#toldUpTo = resourceVersion;
    this.#listDueMs = clock.now() + limits.relistMs * (0.8 + random() * 0.4);
    this.#resolveSynced(true);
  }

  /** Rejects where the server refused or the connection was cut; resolves for every other end. */
  async #watch(): Promise<void> {
    const { client, clock, path, random } = this.#options;
    const watch = new OpenWatch({ clock, random, parent: this.#stopping.signal, endMs: this.#listDueMs });
    this.stats.watches += 1;
    try {
      await client.watch(path, {
        signal: watch.signal,
        query: { ...this.#query, ...watch.query, resourceVersion: this.#toldUpTo },
        onEvent: (type, object) => this.#take(type, object),
        onOversized: () => this.#oversized(),
        onAlive: () => this.#hear(watch),
      });
    } catch (error) {
      if (watch.end === "server") throw error;
    } finally {
      watch.release();
      this.#watchedMs = watch.ageMs;
      if (watch.end === "silent") this.stats.silences += 1;
      if (watch.end === "due") this.#isCheckDue = true;
    }
  }

  #hear(watch: OpenWatch): void {
    watch.hear();
    this.stats.lastHeardMs = this.#options.clock.now();
    if (this.#trouble === "" || watch.ageMs < limits.watchShortMs) return;
    this.#trouble = "";
    this.#guard(() => this.#options.onRecovered());
  }

  /** One event of a watch. Throws what an ERROR event says. */
  #take(type: string, object: unknown): void {
    if (type === "ERROR") throw statusError({ status: 0, body: object, nowMs: this.#options.clock.now() });
    if (type === "BOOKMARK") this.stats.bookmarks += 1;
    else {
      this.stats.events += 1;
      if (type === "ADDED" || type === "MODIFIED") this.#objects.put(object);
      else if (type === "DELETED") this.#objects.remove(object);
      else this.stats.unreadable += 1;
    }
    const resourceVersion = (object as { metadata?: { resourceVersion?: unknown } } | null)?.metadata?.resourceVersion;
    if (typeof resourceVersion === "string" && resourceVersion !== "") this.#toldUpTo = resourceVersion;
  }

  /** Draws from the end of an attempt where the next one begins, and how much of a failure it was. */
  #judge(error: unknown): { readonly isRefusal: boolean; readonly retryAfterMs: number } {
    if (error === null) return { isRefusal: false, retryAfterMs: 0 };
    const { reason, status, retryAfterMs, code, message } = asKubernetesError(error);
    // A list that was to check the watch comes too late by now.
    if (this.#isCheckDue) this.#toldUpTo = "";
    this.#isCheckDue = false;
    if (reason === "Disconnected" && this.#watchedMs >= limits.watchShortMs) return { isRefusal: false, retryAfterMs };
    this.stats.failures += 1;
    const isExpired = status === 410 || reason === "Expired" || reason === "Gone";
    const isStuck = this.#reconnection.failures + 1 >= watchFailuresMax;
    if (isExpired) this.stats.expirations += 1;
    if (isExpired || reason === "InvalidAnswer" || (isStuck && status >= 400 && status !== 429)) this.#toldUpTo = "";
    if (!isExpired || isStuck) this.#reportTrouble({ code, path: this.#options.path, message: `${message}${remedy(status)}` });
    return { isRefusal: true, retryAfterMs };
  }

  #oversized(): void {
    this.stats.oversized += 1;
    this.#reportDefect("ObjectTooLarge", `an object has more than ${limits.kubernetesObjectBytesMax} bytes; it is left out`);
  }

  #reportTrouble(problem: ReflectorProblem): void {
    const text = `${problem.code} ${problem.message}`;
    if (text === this.#trouble) return;
    this.#trouble = text;
    this.#guard(() => this.#options.onProblem(problem));
  }

  /** Each once: what is wrong with one object comes again with each of its versions. */
  #reportDefect(code: ReflectorProblem["code"], message: string): void {
    const text = `${code} ${message}`;
    if (this.#defects.has(text)) return;
    if (this.#defects.size >= defectsMax) this.#defects.clear();
    this.#defects.add(text);
    this.#guard(() => this.#options.onProblem({ code, path: this.#options.path, message }));
  }

  /** Whoever is told of trouble may not make it worse. */
  #guard(tell: () => void): void {
    if (this.#stopping.signal.aborted) return;
    try {
      tell();
    } catch {
      this.stats.changesRefused += 1;
    }
  }
}

function asKubernetesError(error: unknown): KubernetesError {
  if (error instanceof KubernetesError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new KubernetesError({ status: 0, reason: "Defect", message });
}

/** What a person can do about a refusal. */
function remedy(status: number): string {
  if (status === 401) return " Check the token or certificate of the kubeconfig or ServiceAccount.";
  if (status === 403) return " Grant get, list and watch to Signalman's ServiceAccount (deploy/).";
  if (status === 404) return " Install its CustomResourceDefinition (deploy/crds, or Fleet itself).";
  return "";
}

import { randomUUID } from "node:crypto";
import { newCoreState } from "../../core/core-state.ts";
import { backoffMs } from "../../core/delivery/backoff.ts";
import { limits } from "../../core/limits.ts";
import { repositoryPolicy } from "../../core/notification/repository-policy.ts";
import type { Instance } from "../../destinations/destination.ts";
import { Actor } from "../../engine/actor.ts";
import { Engine } from "../../engine/engine.ts";
import { createNotes } from "../../engine/notes.ts";
import type { SecretReference } from "../../core/notification/rule.ts";
import type { Clock } from "../../engine/ports.ts";
import { AccountClients } from "../../github/account-clients.ts";
import { GitHubRepositoryHost } from "../../github/repository-host.ts";
import type { GitHub } from "../../github/start-github.ts";
import type { HttpClient } from "../../http/client.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { KubernetesDeliveryStore } from "../../kubernetes/delivery-store.ts";
import { KubernetesEvents } from "../../kubernetes/kubernetes-events.ts";
import { NotificationStatusWriter } from "../../kubernetes/notification-status.ts";
import { pause } from "../../kubernetes/pause.ts";
import { SecretReader } from "../../kubernetes/secret-reader.ts";
import { type FleetWatch, watchFleet } from "../../kubernetes/watch-fleet.ts";
import type { Settings } from "../../settings.ts";
import type { Health } from "../../telemetry/health.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { watchMetrics } from "../../telemetry/watch-metrics.ts";
import { destinationIo } from "../destination-io.ts";
import { Reporter } from "./reporter.ts";

export interface TermOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly kubernetes: KubernetesClient;
  readonly github: Pick<GitHub, "clients" | "connect">;
  readonly http: HttpClient;
  readonly instance: Instance;
  readonly settings: Pick<Settings, "repositoryPolicy" | "agentCheckinIntervalMs">;
  /** Which process this is. */
  readonly identity: string;
}

/**
 * One term as the holder of the lease: loads what was stored, follows the cluster, tells. Everything ends when `held` is aborted: what was
 * decided is forgotten, and the next term starts from what was stored (design §7, fencing).
 */
export class Term {
  readonly engine: Engine;
  readonly #options: TermOptions;
  readonly #held: AbortSignal;
  #watch: FleetWatch | null = null;

  constructor(options: TermOptions, held: AbortSignal) {
    this.#options = options;
    this.#held = held;
    const { clock, instance, settings } = options;
    const state = newCoreState({ shard: instance.shard, repositoryPolicy: repositoryPolicy(settings.repositoryPolicy) });
    this.engine = new Engine({ state, clock, actor: this.#actor() });
    held.addEventListener("abort", () => this.#end(), { once: true });
    void this.#begin();
  }

  /** What was decided before is written, nothing new is sent; resolves when it is, or after `limits.shutdownMs`. */
  async drain(): Promise<void> {
    const { clock } = this.#options;
    await this.#watch?.stop();
    this.engine.drain();
    await Promise.race([this.engine.idle(), pause({ clock, ms: limits.shutdownMs, signal: this.#held })]);
    this.#end();
  }

  #countStreams(): void {
    const { metrics } = this.#options;
    for (const [state, count] of Object.entries(this.engine.streams())) metrics.set("signalman_streams", { state }, count);
  }

  #end(): void {
    this.engine.stop();
    void this.#watch?.stop();
  }

  /** Never rejects: loading is tried until it succeeds or the term is over. */
  async #begin(): Promise<void> {
    const { clock, log, health, metrics, kubernetes, instance, settings } = this.#options;
    for (let failures = 1; !this.#held.aborted; failures += 1) {
      try {
        const documents = await this.#store.load(this.#held);
        this.engine.feed({ kind: "loaded", documents });
        log.info({ deliveries: documents.length }, "took the lease; what was stored is loaded");
        break;
      } catch (error) {
        log.error({ error }, "the Deliveries cannot be read; trying again");
        const { saveRetryMinMs: minMs, saveRetryMaxMs: maxMs } = limits;
        await pause({ clock, ms: backoffMs({ failures, seed: this.#options.identity, minMs, maxMs }), signal: this.#held });
      }
    }
    if (this.#held.aborted) return;
    this.#watch = watchFleet({
      client: kubernetes,
      clock,
      random: Math.random,
      shard: instance.shard,
      checkinIntervalMs: settings.agentCheckinIntervalMs,
      onFleetChange: (change) => this.engine.feed({ kind: "fleet", change }),
      onNotificationChange: (change) => this.engine.feed({ kind: "notification", change }),
      onProblem: (problem) => log.warn(problem, "a watch is behind"),
      onRecovered: (path) => log.info({ path }, "the watch is up to date again"),
    });
    watchMetrics(metrics, this.#watch);
    metrics.beforeScrape(() => this.#countStreams());
    if (!(await this.#watch.synced)) return;
    health.done("caches");
    this.engine.feed({ kind: "synced" });
    log.info("the caches are filled: telling what is so from now on");
  }

  get #store(): KubernetesDeliveryStore {
    this.#madeStore ??= new KubernetesDeliveryStore({
      client: this.#options.kubernetes,
      shard: this.#options.instance.shard,
      nonce: randomUUID,
    });
    return this.#madeStore;
  }
  #madeStore: KubernetesDeliveryStore | undefined;

  #actor(): Actor {
    const { clock, github, http, instance, log, metrics, kubernetes: client, identity } = this.#options;
    const events = new KubernetesEvents({ client, clock, instance: identity, nonce: randomUUID });
    const reporter = new Reporter({
      statuses: new NotificationStatusWriter({ client, clock }),
      events,
      log,
      metrics,
      signal: this.#held,
    });
    const note = createNotes({ log, metrics, now: () => clock.now(), report: (report) => reporter.report(report) });
    const secrets = new SecretReader({ client, signal: this.#held });
    const secret = (reference: SecretReference) => secrets.read(reference);
    const accounts = new AccountClients({ own: github.clients, connect: github.connect, secret });
    const clients: AccountClients["of"] = (account, signal) => accounts.of(account, signal);
    const ioOf = destinationIo({ clients, http, secrets: async () => secrets });
    return new Actor({
      clock,
      store: this.#store,
      host: new GitHubRepositoryHost({ clientsOf: clients, clock, log }),
      io: ({ rule }) => ioOf(rule.account),
      instance,
      note,
      signal: this.#held,
    });
  }
}

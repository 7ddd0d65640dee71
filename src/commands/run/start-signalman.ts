import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Instance } from "../../destinations/destination.ts";
import type { Clock } from "../../engine/ports.ts";
import { steadyClock } from "../../engine/steady-clock.ts";
import { systemClock } from "../../engine/system-clock.ts";
import { startGitHub } from "../../github/start-github.ts";
import { startServer } from "../../http/server.ts";
import { KubernetesClient } from "../../kubernetes/client.ts";
import { clusterUid } from "../../kubernetes/cluster-uid.ts";
import { credentialsSource, loadCredentials } from "../../kubernetes/credentials.ts";
import { Lease } from "../../kubernetes/lease.ts";
import type { Settings } from "../../settings.ts";
import { Health } from "../../telemetry/health.ts";
import type { Log } from "../../telemetry/log.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { startHttpClient } from "../start-http-client.ts";
import { Term } from "./term.ts";

export interface Signalman {
  /** "http://127.0.0.1:9090": /metrics, /healthz, /readyz. */
  readonly opsUrl: string;
  /** Where GitHub's webhooks go; "" without the App's endpoint. */
  readonly appUrl: string;
  /** Stops taking work, finishes or abandons what is on the wire, writes the cursors, gives the lease back. Never rejects. */
  stop(): Promise<void>;
}

/** Starts the product: the watcher and GitHub's endpoint, as the settings say. Rejects where it cannot start at all. */
export async function startSignalman(settings: Settings, log: Log): Promise<Signalman> {
  const clock = systemClock;
  const abort = new AbortController();
  const metrics = await createMetrics();
  const health = new Health(settings.watcher ? undefined : []);
  let lease: Lease | null = null;
  const onDeparture = () => lease?.expire();
  const http = startHttpClient(settings, onDeparture);
  let term: Term | null = null;
  let isStopping = false;
  const github = await startGitHub({
    settings,
    clock,
    log,
    metrics,
    onDeparture,
    guardedFetch: http.fetch,
    onPushed: (repository, commits) => term?.engine.feed({ kind: "pushed", repository, commits }),
    onInstalled: () => term?.engine.feed({ kind: "installed" }),
  });
  const server = await startServer({
    host: settings.host,
    port: settings.app ? settings.port : null,
    opsPort: settings.opsPort,
    hooks: github.hooks,
    health,
    metrics,
    log,
  });
  if (settings.watcher) lease = await startWatching();
  return { opsUrl: server.opsUrl, appUrl: server.appUrl, stop };

  async function startWatching(): Promise<Lease> {
    const credentials = await loadCredentials(credentialsSource(settings.kubeconfig), clock);
    const kubernetes = new KubernetesClient({ credentials, clock });
    const instance: Instance = {
      name: settings.name,
      cluster: await clusterUid(kubernetes, abort.signal),
      shard: settings.shardId,
    };
    // In a Pod one container follows the other: the former one is dead when this one starts. Elsewhere nobody can know.
    const identity = `${hostname()}-${settings.podUid || randomUUID()}`;
    const options = { clock, log, metrics, health, kubernetes, github, http, instance, identity, settings };
    const elected = new Lease({
      client: kubernetes,
      clock: steadyClock,
      dateMs: () => clock.now(),
      random: Math.random,
      ...leaseNameOf(settings, kubernetes),
      identity,
      onAcquired(held) {
        metrics.count("signalman_lease_transitions_total", {});
        term = new Term(options, held);
        const lost = () => isStopping || log.warn("the lease is gone: nothing is sent any more");
        held.addEventListener("abort", lost, { once: true });
      },
      onProblem: (problem) => log.warn(problem, "the lease"),
    });
    metrics.beforeScrape(() => metrics.set("signalman_lease_held", {}, elected.isHeld ? 1 : 0));
    void knowLease(elected, { clock, health, signal: abort.signal });
    return elected;
  }

  async function stop(): Promise<void> {
    isStopping = true;
    health.stop();
    await term?.drain();
    await lease?.stop();
    abort.abort();
    await Promise.allSettled([server.close(), http.close()]);
  }
}

/** A standby is ready once it knows who holds the lease, and has nothing to fill its caches for until it is its turn. */
async function knowLease(
  lease: Lease,
  { clock, health, signal }: { clock: Clock; health: Health; signal: AbortSignal },
): Promise<void> {
  const look = () => {
    if (signal.aborted) return;
    if (!lease.isKnown) {
      clock.wakeAt(clock.now() + 100, look);
      return;
    }
    health.done("lease");
    if (!lease.isHeld) health.done("caches");
  };
  look();
}

/** One lease for each shard, in Signalman's own namespace. */
function leaseNameOf({ namespace, shardId }: Settings, kubernetes: KubernetesClient): { namespace: string; name: string } {
  const own = kubernetes.namespace === "default" ? "signalman" : kubernetes.namespace;
  return { namespace: namespace || own, name: shardId === "" ? "signalman" : `signalman-shard-${shardId}` };
}

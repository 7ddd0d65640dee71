import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import { restoreStream } from "../core/delivery/stored-stream.ts";
import type { StreamState } from "../core/delivery/stream.ts";
import { type GitRepoView, Inventory } from "../core/fleet/inventory.ts";
import type { RolloutMemory } from "../core/rollout/memory.ts";
import { restoreMemory } from "../core/rollout/stored-memory.ts";
import { newMemory, track } from "../core/rollout/track.ts";
import { systemClock } from "../engine/system-clock.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { KubernetesDeliveryStore } from "../kubernetes/delivery-store.ts";
import { watchFleet } from "../kubernetes/watch-fleet.ts";

/** One GitRepo as the cluster shows it, and the memory of its rollout: as `run` stored it, with what is seen now. */
export interface LiveGitRepo {
  readonly view: GitRepoView;
  readonly memory: RolloutMemory;
}

/** Everything of Fleet's that the cluster holds, read once, and what `run` stored. */
export class LiveCluster {
  readonly inventory: Inventory;
  /** By key. */
  readonly #streams: ReadonlyMap<string, StreamState>;

  private constructor(inventory: Inventory, documents: readonly DeliveryDocument[]) {
    this.inventory = inventory;
    const streams = documents.flatMap((it) => it.spec.streams.map(restoreStream)).filter((it) => it !== null);
    this.#streams = new Map(streams.map((it) => [it.key, it]));
  }

  /** Rejects where anything cannot be read. */
  static async look(
    client: KubernetesClient,
    { checkinIntervalMs, signal }: { checkinIntervalMs: number; signal: AbortSignal },
  ): Promise<LiveCluster> {
    const inventory = new Inventory();
    const problem = Promise.withResolvers<never>();
    const giveUp = () => problem.reject(new Error("Stopped while the cluster was being read."));
    signal.addEventListener("abort", giveUp, { once: true });
    const watch = watchFleet({
      client,
      clock: systemClock,
      random: Math.random,
      shard: null,
      checkinIntervalMs,
      onFleetChange: (change) => inventory.apply(change),
      onNotificationChange: () => {},
      onProblem: ({ path, message }) => problem.reject(new Error(`${path}: ${message}`)),
      onRecovered: () => {},
    });
    try {
      await Promise.race([watch.synced, problem.promise]);
      const store = new KubernetesDeliveryStore({ client, shard: "", nonce: () => "" });
      return new LiveCluster(inventory, await store.load(signal));
    } finally {
      signal.removeEventListener("abort", giveUp);
      await watch.stop();
    }
  }

  /** null where there is none of that name. */
  gitRepo({ namespace, name }: { namespace: string; name: string }, now: number): LiveGitRepo | null {
    const gitRepo = [...this.inventory.gitRepos()].find((it) => it.namespace === namespace && it.name === name);
    const view = gitRepo === undefined ? null : this.inventory.view(gitRepo.uid);
    if (view === null) return null;
    const memory = this.#storedMemory(view.gitRepo.uid) ?? newMemory();
    track(memory, view, now);
    return { view, memory };
  }

  /** What `run` stored of a stream; null where nothing. */
  stream(key: string): StreamState | null {
    return this.#streams.get(key) ?? null;
  }

  #storedMemory(gitRepoUid: string): RolloutMemory | null {
    for (const stream of this.#streams.values()) {
      if (stream.gitRepoUid === gitRepoUid && stream.rollout !== "") return restoreMemory(stream.rollout);
    }
    return null;
  }
}

import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import { restoreStream } from "../core/delivery/stored-stream.ts";
import type { StreamState } from "../core/delivery/stream.ts";
import { type GitRepoView, Inventory } from "../core/fleet/inventory.ts";
import { project } from "../core/fleet/project.ts";
import type { FleetKind } from "../core/fleet/record.ts";
import type { RolloutMemory } from "../core/rollout/memory.ts";
import { restoreMemory } from "../core/rollout/stored-memory.ts";
import { newMemory, track } from "../core/rollout/track.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { fromDeliveryObject } from "../kubernetes/delivery-object.ts";
import { KubernetesError } from "../kubernetes/kubernetes-error.ts";
import type { KubernetesObject } from "../kubernetes/kubernetes-object.ts";
import { listEach } from "../kubernetes/list-each.ts";
import { resources } from "../kubernetes/resources.ts";
import { fleetKinds } from "../kubernetes/watch-fleet.ts";
import { MissingGitRepoError } from "./missing-git-repo-error.ts";

/** One GitRepo as the cluster shows it, and the memory of its rollout: as `run` stored it, with what is seen now. */
export interface LiveGitRepo {
  readonly view: GitRepoView;
  readonly memory: RolloutMemory;
  /** False where `run` has stored nothing of it: what happened before this look is not known. */
  readonly isRemembered: boolean;
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

  /** Throws KubernetesError where anything cannot be read. */
  static async look(
    client: KubernetesClient,
    { checkinIntervalMs, signal }: { checkinIntervalMs: number; signal: AbortSignal },
  ): Promise<LiveCluster> {
    const inventory = new Inventory();
    const documents: DeliveryDocument[] = [];
    const reads = Object.entries(fleetKinds).map(([kind, { resource }]) => {
      const onItem = (object: unknown) => {
        const record = project(object, { kind: kind as FleetKind, checkinIntervalMs });
        if (record !== null) inventory.apply({ kind: "put", record });
      };
      return listEach(client, { resource, onItem }, signal);
    });
    const onDelivery = (object: unknown) => documents.push(fromDeliveryObject(object as KubernetesObject));
    const stored = listEach(client, { resource: resources.deliveries, onItem: onDelivery }, signal).catch((error: unknown) => {
      // Before Signalman is installed nothing is stored.
      if (!(error instanceof KubernetesError) || error.reason !== "KindMissing") throw error;
    });
    await Promise.all([...reads, stored]);
    return new LiveCluster(inventory, documents);
  }

  /** Throws MissingGitRepoError. */
  gitRepo({ namespace, name }: { namespace: string; name: string }, now: number): LiveGitRepo {
    const gitRepo = [...this.inventory.gitRepos()].find((it) => it.namespace === namespace && it.name === name);
    const view = gitRepo === undefined ? null : this.inventory.view(gitRepo.uid);
    if (view === null) throw new MissingGitRepoError({ namespace, name }, this.inventory.gitRepos());
    const stored = this.#storedMemory(view.gitRepo.uid);
    const memory = stored ?? newMemory();
    track(memory, view, now);
    return { view, memory, isRemembered: stored !== null };
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

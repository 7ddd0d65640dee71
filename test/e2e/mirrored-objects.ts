import { fleetKinds } from "../../simulator/world/fleet-objects.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import type { KubernetesObject } from "../../simulator/world/kubernetes-object.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import type { ApiClient } from "../contract/api-client.ts";
import { ObjectPlayer } from "./object-player.ts";

/** Objects for a simulated Fleet, each of whose writes is made at a real API server too: in its order for each GitRepo. */
export class MirroredObjects {
  readonly objects: KubernetesObjects;
  readonly #player: ObjectPlayer;
  readonly #lanes = new Map<string, Promise<void>>();
  /** Writes that are not at the API server yet. */
  waiting = 0;

  constructor(client: ApiClient, namespace: string) {
    this.#player = new ObjectPlayer(client, 0);
    this.objects = new KubernetesObjects({ nowMs: Date.now() });
    this.objects.create(kinds.namespace, { metadata: { name: namespace } }, { nowMs: Date.now() });
    const mirrored = new Set<string>(Object.values(fleetKinds).map((it) => it.kind));
    mirrored.delete("Namespace");
    this.objects.subscribe(({ type, kind, object }) => {
      if (!mirrored.has(kind.kind)) return;
      const lane = laneOf(object);
      this.waiting += 1;
      this.#lanes.set(lane, this.#play(this.#lanes.get(lane), { ms: 0, type, object: structuredClone(object) }));
    });
  }

  /** Ends when all that was written so far is at the API server; rejects where it refused something. */
  async written(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }

  async #play(before: Promise<void> | undefined, change: Parameters<ObjectPlayer["play"]>[0]): Promise<void> {
    await before;
    await this.#player.play(change);
    this.waiting -= 1;
  }

  /** The API server's uid of a GitRepo; "" where there is none. */
  uidOf(namespace: string, gitRepo: string): string {
    const object = this.objects.find(kinds.gitRepo, { namespace, name: gitRepo });
    return this.#player.uids.get(object?.metadata.uid ?? "") ?? "";
  }
}

/** All that belongs to one GitRepo follows each other; clusters do among themselves. */
function laneOf({ kind, metadata }: KubernetesObject): string {
  if (kind === "GitRepo") return metadata.name;
  const owner = metadata.ownerReferences?.find((it) => it.kind === "GitRepo");
  return owner?.name ?? metadata.labels?.["fleet.cattle.io/repo-name"] ?? "";
}

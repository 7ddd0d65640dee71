import { project } from "../../src/core/fleet/project.ts";
import type { FleetChange, FleetKind } from "../../src/core/fleet/record.ts";
import { isSameValue } from "../../src/core/fleet/same-record.ts";
import type { Clock } from "../../src/engine/ports.ts";
import { timestamp } from "../world/fleet-model.ts";
import type { FleetObjectKind, FleetObjects, WrittenObject } from "../world/fleet-objects.ts";
import type { KubernetesObject, ObjectInput } from "../world/kubernetes-object.ts";
import type { Dice } from "./dice.ts";
import type { WatchCuts } from "./world-setting.ts";

interface Pending {
  readonly writtenMs: number;
  readonly change: FleetChange;
}

const watchedKinds: readonly string[] = [
  "GitRepo",
  "Job",
  "Bundle",
  "BundleDeployment",
  "Cluster",
  "ClusterGroup",
] satisfies FleetKind[];

/**
 * Fleet's objects, and the watches on them: in each kind changes arrive in order, each kind with a lag of its own, so that kinds overtake
 * each other; now and then a watch is cut, and what it missed arrives late and all at once: one by one where the watch goes on from where it
 * was, as a list where that is too old (410), which shows nothing of what was in between.
 */
export class WatchedObjects implements FleetObjects {
  readonly #objects = new Map<string, KubernetesObject>();
  readonly #pending = new Map<string, Pending[]>();
  readonly #clock: Clock;
  readonly #dice: Dice;
  readonly #relistDice: Dice;
  /** The uids of what the process was told and not told to be gone. */
  readonly #told = new Set<string>();
  readonly #cuts: WatchCuts;
  readonly #nowMs: () => number;
  #counter = 0;
  /** Where changes arrive; replaced with each process. */
  deliver: (changes: readonly FleetChange[]) => void = () => {};
  cuts = 0;
  isCalm = false;

  constructor({ clock, dice, cuts, nowMs }: { clock: Clock; dice: Dice; cuts: WatchCuts; nowMs: () => number }) {
    this.#clock = clock;
    this.#dice = dice;
    this.#relistDice = dice.fork("relist");
    this.#cuts = cuts;
    this.#nowMs = nowMs;
  }

  /** What a list shows now; what was on its way to the process before is forgotten. */
  list(): FleetChange[] {
    this.#pending.clear();
    this.#told.clear();
    const changes = [...this.#objects.values()].flatMap((object): FleetChange[] => {
      const record = project(object);
      return record === null ? [] : [{ kind: "put", record }];
    });
    this.#noteTold(changes);
    return changes;
  }

  /** The uid of a GitRepo; "" where there is none. */
  uidOf(gitRepo: string): string {
    return [...this.#objects.values()].find((it) => it.kind === "GitRepo" && it.metadata.name === gitRepo)?.metadata.uid ?? "";
  }

  /** Since when the product may not know what is so: the oldest change that has not arrived. */
  staleSinceMs(): number {
    const waiting = [...this.#pending.values()].map((it) => it[0]?.writtenMs ?? Infinity);
    return Math.min(this.#clock.now(), ...waiting);
  }

  put(kind: FleetObjectKind, object: WrittenObject): KubernetesObject {
    const key = keyOf(kind, object);
    const current = this.#objects.get(key);
    const next = current === undefined ? this.#created(kind, object) : changed(current, object);
    return this.#write(key, next);
  }

  putStatus(kind: FleetObjectKind, identity: { namespace: string; name: string }, status: unknown): KubernetesObject {
    const key = keyOf(kind, identity);
    const current = this.#objects.get(key);
    if (current === undefined) throw new Error(`no ${key} to write a status of`);
    // As at an API server: what changes nothing is no write, and no watch tells of it.
    if (isSameValue(current.status, status)) return current;
    return this.#write(key, { ...current, status });
  }

  remove(kind: FleetObjectKind, identity: { namespace: string; name: string }): void {
    const key = keyOf(kind, identity);
    const current = this.#objects.get(key);
    if (current === undefined) return;
    const { metadata } = current;
    if ((metadata.finalizers ?? []).length === 0) return this.#forget(key, current);
    const deletionTimestamp = timestamp(this.#nowMs());
    this.#write(key, { ...current, metadata: { ...metadata, deletionTimestamp, generation: (metadata.generation ?? 1) + 1 } });
  }

  #created(kind: FleetObjectKind, object: WrittenObject): KubernetesObject {
    this.#counter += 1;
    const creationTimestamp = timestamp(this.#nowMs());
    const metadata = { ...metadataOf(object), uid: `u${this.#counter}`, resourceVersion: "0", generation: 1, creationTimestamp };
    return {
      apiVersion: "fleet.cattle.io/v1alpha1",
      kind,
      metadata,
      ...(object.spec === undefined ? {} : { spec: object.spec }),
    };
  }

  /** What is deleting and has no finalizer left goes. */
  #write(key: string, object: KubernetesObject): KubernetesObject {
    const { metadata } = object;
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) {
      this.#forget(key, object);
      return object;
    }
    this.#counter += 1;
    const written = { ...object, metadata: { ...metadata, resourceVersion: String(this.#counter) } };
    this.#objects.set(key, written);
    const record = project(written);
    if (record !== null) this.#tell(object.kind, { kind: "put", record });
    return written;
  }

  #forget(key: string, { kind, metadata }: KubernetesObject): void {
    this.#objects.delete(key);
    if (watchedKinds.includes(kind)) this.#tell(kind, { kind: "remove", recordKind: kind as FleetKind, uid: metadata.uid });
  }

  #tell(kind: string, change: FleetChange): void {
    const waiting = this.#pending.get(kind);
    const pending = { writtenMs: this.#nowMs(), change };
    if (waiting !== undefined) {
      waiting.push(pending);
      return;
    }
    const batch = [pending];
    this.#pending.set(kind, batch);
    const isCut = this.#isCut();
    const lagMs = isCut ? this.#dice.between(1_000, this.#cuts.mostMs) : this.#dice.between(2, 200);
    const isTooOld = isCut && this.#relistDice.chance(0.5);
    this.#clock.wakeAt(this.#nowMs() + lagMs, () => this.#arrive(kind, { batch, isTooOld }));
  }

  #arrive(kind: string, { batch, isTooOld }: { batch: readonly Pending[]; isTooOld: boolean }): void {
    if (this.#pending.get(kind) !== batch) return;
    this.#pending.delete(kind);
    const all = batch.map(({ change }) => change);
    const changes = isTooOld ? this.#asListed(all) : all;
    this.#noteTold(changes);
    this.deliver(changes);
  }

  /** As the reflector tells a list after a gap: what is gone first, then the last form of what is there. */
  #asListed(changes: readonly FleetChange[]): readonly FleetChange[] {
    const last = [...new Map(changes.map((it) => [uidOf(it), it])).values()];
    const gone = last.filter((it) => it.kind === "remove" && this.#told.has(it.uid));
    return [...gone, ...last.filter((it) => it.kind === "put")];
  }

  #noteTold(changes: readonly FleetChange[]): void {
    for (const change of changes) {
      if (change.kind === "put") this.#told.add(change.record.uid);
      else this.#told.delete(change.uid);
    }
  }

  #isCut(): boolean {
    if (this.isCalm || !this.#dice.chance(this.#cuts.rate)) return false;
    this.cuts += 1;
    return true;
  }
}

function uidOf(change: FleetChange): string {
  return change.kind === "put" ? change.record.uid : change.uid;
}

function keyOf(kind: string, { namespace, name }: { namespace: string; name: string }): string {
  return `${kind}/${namespace}/${name}`;
}

function metadataOf({ namespace, name, labels, annotations, finalizers, owner }: WrittenObject): NonNullable<
  ObjectInput["metadata"]
> & {
  name: string;
} {
  return {
    name,
    namespace,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(owner === undefined ? {} : { ownerReferences: [ownerOf(owner)] }),
  };
}

function ownerOf({ apiVersion, kind, metadata: { name, uid } }: KubernetesObject) {
  return { apiVersion, kind, name, uid, controller: true };
}

/** A changed spec is a new generation, as at an API server. */
function changed(current: KubernetesObject, object: WrittenObject): KubernetesObject {
  const isSame = JSON.stringify(current.spec) === JSON.stringify(object.spec);
  const generation = (current.metadata.generation ?? 1) + (isSame ? 0 : 1);
  const metadata = { ...current.metadata, ...metadataOf(object), generation };
  return { ...current, metadata, ...(object.spec === undefined ? {} : { spec: object.spec }) };
}

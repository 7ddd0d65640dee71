import { setTimeout as delay } from "node:timers/promises";
import type { RecordedChange, Recording } from "../../src/commands/replay/recording.ts";
import { ApiClient } from "../contract/api-client.ts";
import type { ApiAnswer, ApiServerAddress } from "../contract/api-client.ts";
import { mergePatchBetween } from "./merge-patch-between.ts";

/**
 * Plays a recording into a Kubernetes API, real or simulated, so that whoever watches it sees what was recorded: every recorded change
 * is one write, or a few where the server insists. What a server decides by itself is led there:
 *
 * - **uids** are the server's. Every recorded uid is replaced by the one that the server gave to the same object, wherever it stands:
 *   a Job's owner reference names the GitRepo that is there.
 * - **generations** are the server's too, and nothing is translated: `observedGeneration`, a Job's annotation `generation` and its
 *   labels are played as they were recorded, and the server is made to count as it did then. A spec is sent only with a recorded
 *   change of generation, together with the field `spec.recordedGeneration`, so that it counts also where recordings leave out what
 *   changed (a bundle's resources). A generation that was skipped is counted through by that field alone. A deletion that finalizers
 *   hold counts by itself, then as now.
 * - **statuses** go to `/status`, everything else to the object.
 * - **finalizers** are played; the end of an object takes away what still holds it. What the garbage collector's finalizers did is
 *   asked for by the deletion's policy.
 * - **Jobs** are immutable and recordings leave out their pods: they get a template that never runs, and no later spec.
 * - **times** (whole values such as 2026-11-23T13:11:38Z) are shifted by the same span, so that the recording begins now; they are
 *   not scaled with the pace, since two polls within a second would then show the same time.
 */
export async function playRecording(address: ApiServerAddress, recording: Recording, options: PlayOptions = {}): Promise<Played> {
  const client = new ApiClient(address);
  const player = new Player(client, recording);
  const beganMs = performance.now();
  try {
    for (const change of recording.changes) {
      const waitMs = change.ms / (options.speed ?? Number.POSITIVE_INFINITY) - (performance.now() - beganMs);
      if (waitMs > 0) await delay(waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
      options.signal?.throwIfAborted();
      await player.play(change);
    }
    return {
      uids: player.uids,
      shiftMs: player.shiftMs,
      lateMs: Math.max(0, performance.now() - beganMs - playedMs(recording, options)),
    };
  } finally {
    await client.close();
  }
}

export interface PlayOptions {
  /** Recorded milliseconds in a real one: 10 plays a minute in six seconds. Absent: as fast as the server takes it. */
  readonly speed?: number;
  readonly signal?: AbortSignal;
}

export interface Played {
  /** Recorded uid → the server's. */
  readonly uids: ReadonlyMap<string, string>;
  /** What was added to every recorded time. */
  readonly shiftMs: number;
  /** How much later than its pace the last change was written. */
  readonly lateMs: number;
}

interface RecordedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: RecordedMetadata;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

interface RecordedMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  readonly labels?: unknown;
  readonly annotations?: unknown;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: unknown;
  readonly deletionTimestamp?: string;
}

/** What was last played of an object, and where the server's generation stands. */
interface Standing {
  readonly object: RecordedObject;
  readonly generation: number;
}

const plurals: Readonly<Record<string, string>> = {
  GitRepo: "gitrepos",
  Bundle: "bundles",
  BundleDeployment: "bundledeployments",
  Cluster: "clusters",
  ClusterGroup: "clustergroups",
  Job: "jobs",
};
/** Set by the server where a deletion asks for a policy. */
const policies: Readonly<Record<string, string>> = { orphan: "Orphan", foregroundDeletion: "Foreground" };
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const idlePod = {
  metadata: {},
  spec: { restartPolicy: "Never", containers: [{ name: "fleet", image: "none.invalid/fleet:0" }] },
};

function playedMs(recording: Recording, { speed = Number.POSITIVE_INFINITY }: PlayOptions): number {
  return (recording.changes.at(-1)?.ms ?? 0) / speed;
}

/** The own finalizers of an object, without those of the garbage collector. */
function ownFinalizers({ metadata }: RecordedObject): readonly string[] {
  return (metadata.finalizers ?? []).filter((finalizer) => !Object.hasOwn(policies, finalizer));
}

/** The metadata that a client may write. */
function writable(object: RecordedObject): Readonly<Record<string, unknown>> {
  const { labels, annotations, ownerReferences } = object.metadata;
  const finalizers = ownFinalizers(object);
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers.length === 0 ? {} : { finalizers }),
  };
}

class Player {
  readonly uids = new Map<string, string>();
  readonly shiftMs: number;
  readonly #client: ApiClient;
  readonly #standings = new Map<string, Standing>();
  readonly #namespaces = new Set<string>();

  constructor(client: ApiClient, { startedMs }: Recording) {
    this.#client = client;
    // Whole seconds: the times that are shifted have no others.
    this.shiftMs = startedMs === 0 ? 0 : Math.round((Date.now() - startedMs) / 1_000) * 1_000;
  }

  async play(change: RecordedChange): Promise<void> {
    const object = rewriteRecorded(change.object, this) as RecordedObject;
    const path = this.#pathOf(object);
    const standing = this.#standings.get(path);
    if (change.type === "DELETED") await this.#end(path, standing);
    else if (standing === undefined) await this.#create(path, object, change.object);
    else await this.#update(path, standing, object);
  }

  async #create(path: string, object: RecordedObject, recorded: unknown): Promise<void> {
    const { apiVersion, kind, metadata, spec } = object;
    await this.#makeNamespace(metadata.namespace);
    const body = {
      apiVersion,
      kind,
      metadata: { ...writable(object), name: metadata.name, namespace: metadata.namespace },
      spec:
        kind === "Job" ? { backoffLimit: spec?.["backoffLimit"] ?? 0, template: idlePod } : { ...spec, recordedGeneration: 1 },
    };
    const made = accepted(path, await this.#client.request("POST", path.slice(0, path.lastIndexOf("/")), { body }));
    this.uids.set(metadata.uid, made.body.metadata.uid as string);
    const { deletionTimestamp: _deletion, ...rest } = metadata;
    const bare: RecordedObject = { apiVersion, kind, metadata: rest, ...(spec === undefined ? {} : { spec }) };
    this.#standings.set(path, { object: bare, generation: 1 });
    // What was there when the recording began has a history: it is made up for, by a status or a higher generation.
    await this.#update(path, { object: bare, generation: 1 }, rewriteRecorded(recorded, this) as RecordedObject);
  }

  async #update(path: string, { object: before, generation }: Standing, object: RecordedObject): Promise<void> {
    let counted = generation;
    const isDeleted = object.metadata.deletionTimestamp !== undefined;
    const deletes = isDeleted && before.metadata.deletionTimestamp === undefined;
    const wanted = object.metadata.generation - (deletes ? 1 : 0);
    const metadata = mergePatchBetween(writable(before), writable(object));
    if (object.kind === "Job" || counted >= wanted) {
      if (metadata !== undefined) await this.#patch(path, { metadata });
    } else {
      const spec = { ...(mergePatchBetween(before.spec ?? {}, object.spec ?? {}) as object | undefined) };
      for (counted += 1; counted <= wanted; counted += 1) {
        await this.#patch(path, {
          ...(metadata === undefined ? {} : { metadata }),
          spec: { ...spec, recordedGeneration: counted },
        });
      }
      counted = wanted;
    }
    if (deletes) {
      const policy = (object.metadata.finalizers ?? []).map((finalizer) => policies[finalizer]).find((one) => one !== undefined);
      accepted(path, await this.#client.request("DELETE", `${path}?propagationPolicy=${policy ?? "Background"}`));
      counted += 1;
    }
    await this.#updateStatus(path, before, object);
    this.#standings.set(path, { object, generation: counted });
  }

  /** A custom resource's status is put as a whole: a merge patch cannot write the nulls that Fleet writes. */
  async #updateStatus(path: string, before: RecordedObject, object: RecordedObject): Promise<void> {
    const status = mergePatchBetween({ status: before.status ?? {} }, { status: object.status ?? {} });
    if (status === undefined) return;
    if (object.kind === "Job") return this.#patch(`${path}/status`, status);
    const { body } = accepted(path, await this.#client.get(path));
    const put = { ...body, status: object.status };
    accepted(path, await this.#client.request("PUT", `${path}/status`, { body: put }));
  }

  /** Takes away what holds the object, and the object. */
  async #end(path: string, standing: Standing | undefined): Promise<void> {
    if (standing === undefined) return;
    this.#standings.delete(path);
    const { finalizers = [], deletionTimestamp } = standing.object.metadata;
    if (finalizers.length > 0) await this.#patch(path, { metadata: { finalizers: null } });
    if (deletionTimestamp === undefined)
      accepted(path, await this.#client.request("DELETE", `${path}?propagationPolicy=Background`));
  }

  async #patch(path: string, body: unknown): Promise<void> {
    accepted(path, await this.#client.patch(path, body));
  }

  async #makeNamespace(name: string): Promise<void> {
    if (this.#namespaces.has(name)) return;
    const answer = await this.#client.request("POST", "/api/v1/namespaces", { body: { metadata: { name } } });
    if (answer.code !== 409) accepted(name, answer);
    this.#namespaces.add(name);
  }

  #pathOf({ apiVersion, kind, metadata }: RecordedObject): string {
    const plural = plurals[kind];
    if (plural === undefined) throw new Error(`a recording with a ${kind}: expected ${Object.keys(plurals).join(", ")}`);
    return `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`;
  }
}

/** A recorded value as it is played: with the server's uids and with times that begin now. */
export function rewriteRecorded(value: unknown, played: Pick<Played, "uids" | "shiftMs">): unknown {
  if (Array.isArray(value)) return value.map((one) => rewriteRecorded(one, played));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rewriteRecorded(one, played)]));
  }
  if (typeof value !== "string") return value;
  if (time.test(value)) return `${new Date(Date.parse(value) + played.shiftMs).toISOString().slice(0, 19)}Z`;
  return played.uids.get(value) ?? value;
}

function accepted(path: string, answer: ApiAnswer): ApiAnswer {
  if (answer.code < 300) return answer;
  throw new Error(`${path} was answered ${answer.code}: ${JSON.stringify(answer.body)}`);
}

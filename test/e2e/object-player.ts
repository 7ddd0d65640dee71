import type { RecordedChange } from "../../src/commands/replay/recording.ts";
import type { ApiAnswer, ApiClient } from "../contract/api-client.ts";
import { mergePatchBetween } from "./merge-patch-between.ts";

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

/** Writes Fleet's objects, as they were recorded or are simulated, into a Kubernetes API: see `playRecording` for what is translated. */
export class ObjectPlayer {
  readonly uids = new Map<string, string>();
  readonly shiftMs: number;
  readonly #client: ApiClient;
  readonly #standings = new Map<string, Standing>();
  readonly #namespaces = new Set<string>();

  /** `shiftMs` is added to every time that is written: whole seconds. */
  constructor(client: ApiClient, shiftMs: number) {
    this.#client = client;
    this.shiftMs = shiftMs;
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
export function rewriteRecorded(
  value: unknown,
  played: { readonly uids: ReadonlyMap<string, string>; readonly shiftMs: number },
): unknown {
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

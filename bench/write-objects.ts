import type { ApiAnswer, ApiClient } from "../test/contract/api-client.ts";
import { bundle, bundleDeployment, cluster, gitRepo, job, namespaceOf, type Rollout, type Stage } from "./rollout-objects.ts";

interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status?: unknown;
}

const plurals: Readonly<Record<string, string>> = {
  GitRepo: "gitrepos",
  Bundle: "bundles",
  BundleDeployment: "bundledeployments",
  Cluster: "clusters",
  Job: "jobs",
  Notification: "notifications",
};
/** Requests at once: more make a real API server no faster on two cores. */
const atOnce = 16;

/** Writes one object and its status; returns its uid. */
export async function create(client: ApiClient, object: Written): Promise<string> {
  const { status, ...rest } = object;
  const made = accepted(await client.request("POST", collectionOf(object), { body: rest }));
  if (status !== undefined) await writeStatus(client, object);
  return (made.body as { metadata: { uid: string } }).metadata.uid;
}

export async function writeStatus(client: ApiClient, object: Written): Promise<void> {
  accepted(await client.patch(`${pathOf(object)}/status`, { status: object.status }));
}

export async function createNamespace(client: ApiClient, name: string): Promise<void> {
  const answer = await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name } } });
  if (answer.code !== 409) accepted(answer);
}

/** The clusters, and everything that Fleet has of the rollouts, every agent at `stage`. */
export async function createRollouts(client: ApiClient, rollouts: readonly Rollout[], stage: Stage): Promise<void> {
  const clusters = [...new Set(rollouts.flatMap((it) => it.clusters))];
  await inParallel(clusters, async (name) => {
    await createNamespace(client, namespaceOf(name));
    await create(client, cluster(name));
  });
  await inParallel(rollouts, async (rollout) => {
    await create(client, job(rollout, { uid: await create(client, gitRepo(rollout)), generation: 1 }));
    await create(client, bundle(rollout));
    for (const name of rollout.clusters) await create(client, bundleDeployment(rollout, name, stage));
  });
}

export function pathOf(object: Written): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}

/** Throws what the server refused. */
export function accepted(answer: ApiAnswer): ApiAnswer {
  if (answer.code < 300) return answer;
  throw new Error(`the API server answered ${answer.code}: ${JSON.stringify(answer.body)}`);
}

function collectionOf({ apiVersion, kind, metadata }: Written): string {
  return `/apis/${apiVersion}/namespaces/${metadata.namespace}/${plurals[kind]}`;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

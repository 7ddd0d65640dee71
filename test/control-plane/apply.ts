import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import type { ApiAnswer, ApiClient } from "../contract/api-client.ts";

/** An object as a manifest declares it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const readyMs = 30_000;
const pollMs = 25;

/** Every object of a YAML file. Throws where it is not YAML. */
export async function readManifests(file: string): Promise<readonly Manifest[]> {
  return parseAllDocuments(await readFile(file, "utf8")).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.map(({ message }) => message).join("; ")}`);
    const object = document.toJS() as Manifest | null;
    return object === null ? [] : [object];
  });
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Where an object lives, as the server's discovery says. Throws where the server has no such kind. */
async function addressOf(client: ApiClient, { apiVersion, kind, metadata }: Manifest): Promise<string> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { body } = await client.get(root);
  const resources = ((body as { resources?: readonly ApiResource[] }).resources ?? []).filter(({ name }) => !name.includes("/"));
  const resource = resources.find((one) => one.kind === kind);
  if (resource === undefined) throw new Error(`the API server has no ${kind} in ${apiVersion}`);
  const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  return `${root}${namespace}/${resource.name}/${metadata.name}`;
}

/** Server-side apply of one object; a dry run changes nothing. The answer is the caller's to judge. */
export async function apply(client: ApiClient, manifest: Manifest, { dryRun }: { dryRun: boolean }): Promise<ApiAnswer> {
  const query = `fieldManager=signalman-tests&force=true&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
  const path = `${await addressOf(client, manifest)}?${query}`;
  return client.request("PATCH", path, { body: manifest, contentType: "application/apply-patch+yaml" });
}

interface CustomResourceDefinition extends Manifest {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

/** Applies the CustomResourceDefinitions of the files and waits until every kind can be listed. Throws what the server refuses. */
export async function installCrds(client: ApiClient, files: readonly string[]): Promise<void> {
  const definitions = (await Promise.all(files.map(readManifests))).flat() as CustomResourceDefinition[];
  for (const definition of definitions) {
    const { code, body } = await apply(client, definition, { dryRun: false });
    if (code >= 300) throw new Error(`${definition.metadata.name} was refused: ${JSON.stringify(body)}`);
  }
  const deadline = Date.now() + readyMs;
  for (const { spec, metadata } of definitions) {
    const path = `/apis/${spec.group}/${spec.versions[0]?.name}/${spec.names.plural}?limit=1`;
    while ((await client.get(path)).code !== 200) {
      if (Date.now() > deadline) throw new Error(`${metadata.name} could not be listed within ${readyMs} ms`);
      await delay(pollMs);
    }
  }
}

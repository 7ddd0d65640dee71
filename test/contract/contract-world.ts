import { afterAll, beforeAll } from "vitest";
import { ApiClient } from "./api-client.ts";
import type { ContractTarget, ContractTargetSource } from "./contract-target.ts";

export const groups = {
  fleet: "/apis/fleet.cattle.io/v1alpha1",
  leases: "/apis/coordination.k8s.io/v1",
  events: "/apis/events.k8s.io/v1",
  core: "/api/v1",
} as const;

/** A target that runs for the whole suite, and what the tests of a suite need again and again. */
export interface ContractWorld {
  readonly target: ContractTarget;
  readonly client: ApiClient;
  /** Makes a namespace of its own for one test and returns its name. */
  readonly namespace: () => Promise<string>;
}

/** Starts the target before the tests of the surrounding `describe` and stops it after. Read the result inside of tests only. */
export function useContractWorld(source: ContractTargetSource): () => ContractWorld {
  let world: ContractWorld | null = null;
  let namespaces = 0;
  beforeAll(async () => {
    const target = await source.start();
    const client = new ApiClient(target);
    world = {
      target,
      client,
      async namespace() {
        namespaces += 1;
        const name = `contract-${namespaces}`;
        const { code, body } = await client.request("POST", `${groups.core}/namespaces`, { body: { metadata: { name } } });
        if (code !== 201) throw new Error(`namespace ${name}: ${JSON.stringify(body)}`);
        return name;
      },
    };
  });
  afterAll(async () => {
    await world?.client.close();
    await source.stop();
  });
  return () => {
    if (world === null) throw new Error("the target has not been started: read the world inside of a test");
    return world;
  };
}

interface BundleFields {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly resourceVersion?: string;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A custom resource to try things on. */
export function bundle({ spec = { size: 1 }, status, ...metadata }: BundleFields) {
  return { apiVersion: "fleet.cattle.io/v1alpha1", kind: "Bundle", metadata, spec, ...(status === undefined ? {} : { status }) };
}

export function bundlesIn(namespace: string, name = ""): string {
  return `${groups.fleet}/namespaces/${namespace}/bundles${name === "" ? "" : `/${name}`}`;
}

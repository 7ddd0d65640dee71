import type { ProductProcess } from "../simulator/product-process.ts";
import { startProduct } from "../test/e2e/product.ts";
import { startApiServer, type ApiServer } from "./api-server.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { notification, workspace } from "./rollout-objects.ts";
import { create, createNamespace } from "./write-objects.ts";

/** Everything that a figure needs around the product. */
export interface World {
  readonly api: ApiServer;
  readonly receiver: Receiver;
  /** The product as a process of its own, with package.json's flags; `untilReady` by default. */
  startProduct(): Promise<ProductProcess>;
}

/** No figure that uses this address asks GitHub anything. */
const noGitHub = "http://127.0.0.1:1";

/** Gives a fresh world to `work`, and takes everything down after it. */
export async function withWorld<T>(kind: ApiServer["kind"], work: (world: World) => Promise<T>): Promise<T> {
  const api = await startApiServer(kind);
  const receiver = await startReceiver();
  const products: ProductProcess[] = [];
  try {
    for (const name of [workspace, "signalman"]) await createNamespace(api.client, name);
    return await work({
      api,
      receiver,
      async startProduct() {
        const product = startProductOn(api.kubeconfigPath, noGitHub);
        products.push(product);
        await product.ready();
        return product;
      },
    });
  } finally {
    for (const product of products) await product.stop();
    await receiver.close();
    await api.stop();
  }
}

/** BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=DIR" leaves a profile of each process. */
export function startProductOn(kubeconfigPath: string, gitHubUrl: string): ProductProcess {
  const nodeOptions = process.env["BENCH_NODE_OPTIONS"];
  const env = nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions };
  return startProduct({ kubeconfigPath, gitHubUrl, gitHubToken: "bench-token", podUid: "", env });
}

/** One webhook for each of the addresses. */
export async function notify({ api }: World, urls: readonly string[]): Promise<void> {
  const destinations = urls.map((url, index) => ({ name: `hook-${index}`, webhook: { url, timeout: "5s" } }));
  await create(api.client, notification(destinations));
}

/**
 * The floors: programs that do one thing of what the product does, and nothing else, each as a process of its own as the product is.
 *
 *   node bench/floor.ts watch-post KUBECONFIG URL    posts once for each BundleDeployment that gets ready
 *   node bench/floor.ts post URL COUNT               posts so many times, 64 at once
 *   node bench/floor.ts list KUBECONFIG              reads and parses all BundleDeployments, then the events of a watch
 *
 * Each prints "ready" once it stands, and JSON lines after that.
 */
import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { ApiClient } from "../test/contract/api-client.ts";

const [mode = "", first = "", second = ""] = process.argv.slice(2);
const path = "/apis/fleet.cattle.io/v1alpha1/bundledeployments";
/** Longer than any figure takes. */
const lifeMs = 300_000;
const atOnce = 64;

if (mode === "watch-post") await watchAndPost(first, second);
else if (mode === "post") await post(first, Number(second));
else if (mode === "list") await list(first);
else throw new Error(`floor ${JSON.stringify(mode)}: allowed are watch-post, post, list`);

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly "certificate-authority-data"?: string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

function clientOf(file: string): ApiClient {
  const { clusters, users } = JSON.parse(readFileSync(file, "utf8")) as Kubeconfig;
  const { server, "certificate-authority-data": certificate = "" } = clusters[0].cluster;
  const certificateAuthority = Buffer.from(certificate, "base64").toString();
  return new ApiClient({ url: server, token: users[0].user.token, certificateAuthority });
}

function tell(value: unknown): void {
  process.stdout.write(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
}

async function watchAndPost(file: string, url: string): Promise<void> {
  const client = clientOf(file);
  const { body } = await client.get(`${path}?limit=1`);
  const version = (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
  const dispatcher = new Agent({ keepAliveTimeout: 60_000 });
  const events = client.watch(`${path}?watch=true&resourceVersion=${version}`, { signal: AbortSignal.timeout(lifeMs) });
  tell("ready");
  for await (const { object } of events) {
    const { metadata, status } = object as { metadata: { name: string }; status?: { ready?: boolean } };
    if (status?.ready !== true) continue;
    const answer = request(url, { method: "POST", dispatcher, body: JSON.stringify({ name: metadata.name }) });
    void answer.then((it) => it.body.dump());
  }
}

async function post(url: string, count: number): Promise<void> {
  const dispatcher = new Agent({ connections: atOnce });
  const body = JSON.stringify({ text: "x".repeat(1_000) });
  tell("ready");
  const began = performance.now();
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const answer = await request(url, { method: "POST", dispatcher, body });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  tell({ ms: performance.now() - began });
  process.exit(0);
}

async function list(file: string): Promise<void> {
  const client = clientOf(file);
  const began = performance.now();
  let continueToken = "";
  let version = "";
  let items = 0;
  do {
    const { body } = await client.get(`${path}?limit=500&continue=${encodeURIComponent(continueToken)}`);
    const page = body as { items: readonly unknown[]; metadata: { resourceVersion: string; continue?: string } };
    items += page.items.length;
    ({ continue: continueToken = "", resourceVersion: version } = page.metadata);
  } while (continueToken !== "");
  tell("ready");
  tell({ listMs: performance.now() - began, items });
  let events = 0;
  let firstMs = 0;
  const watched = client.watch(`${path}?watch=true&resourceVersion=${version}`, { signal: AbortSignal.timeout(lifeMs) });
  for await (const { type } of watched) {
    if (type === "BOOKMARK") {
      tell({ events, ms: performance.now() - firstMs, cpuSeconds: process.cpuUsage().user / 1e6 });
      break;
    }
    if (events === 0) firstMs = performance.now();
    events += 1;
  }
  process.exit(0);
}

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ProductProcess } from "../../simulator/product-process.ts";
import type { Recording } from "../../src/commands/replay/recording.ts";
import { followManifest } from "../samples/browser.ts";
import { readTestRecording, Stage } from "./stage.ts";
import { until } from "./until.ts";

const program = resolve(import.meta.dirname, "../../bin/signalman");

/** As fast as run may take it: Fleet's times are whole seconds. */
const speed = 4;

let stage: Stage;
let product: ProductProcess;
let folder: string;
let recording: Recording;
/** The recording's last commit, deployed and told of by run. */
let sha: string;
beforeAll(async () => {
  stage = await Stage.start();
  folder = await mkdtemp(join(tmpdir(), "signalman-people-"));
  product = stage.startProduct();
  await product.ready();
  const read = await readTestRecording("0.16.1-01-first-deploy");
  ({ recording } = read);
  sha = recording.meta.git.at(-1)?.sha ?? "";
  const history = await stage.prepare(recording, speed);
  await stage.play(recording, { file: read.file, history, speed });
  await until("run has told of the commit", () => stage.told(recording).statuses[sha]?.startsWith("success") === true);
  // The acknowledgement of what is told last is stored a little later.
  await until("run has stored what it told", async () => {
    const streams = (await specs()).flatMap((it) => it.streams).map((it) => JSON.parse(it) as StoredStream);
    return streams.length === 2 && streams.every((it) => it.acknowledged?.event === "GitRepoReady" && it.possible.length === 0);
  });
});
afterAll(async () => {
  const code = await product?.stop();
  await stage?.stop();
  await rm(folder, { recursive: true, force: true });
  expect(code).toBe(0);
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As a person calls it, from a terminal that reaches the cluster. */
async function signalman(...args: readonly string[]): Promise<Ran> {
  const { promise, resolve: ended } = Promise.withResolvers<Ran>();
  const env = {
    PATH: process.env["PATH"] ?? "",
    KUBECONFIG: stage.controlPlane.kubeconfigPath,
    GITHUB_API_URL: stage.gitHubUrl,
    GITHUB_TOKEN: "e2e-token",
  };
  execFile(program, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
    ended({ code: error === null ? 0 : Number(error.code), stdout, stderr });
  });
  return await promise;
}

interface StoredStream {
  readonly acknowledged: { readonly event: string } | null;
  readonly possible: readonly unknown[];
}

/** What run keeps. */
async function specs(): Promise<readonly { readonly streams: readonly string[] }[]> {
  const { body } = await stage.client.request("GET", "/apis/signalman.dev/v1alpha1/deliveries");
  return (body as { items: readonly { spec: { streams: readonly string[] } }[] }).items.map((it) => it.spec);
}

test("explain --notifications shows what the real API server holds", async () => {
  const { namespace, gitrepo } = recording.meta;
  const { code, stdout, stderr } = await signalman("explain", `${namespace}/${gitrepo}`, "--notifications");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`Notification ${namespace}/${gitrepo}: spec.destinations[1].webhook.url`);
  expect(stdout).toContain(`Notification ${namespace}/${gitrepo}: spec.timing.settle`);
});

test("setup stores what GitHub tells of the App where the real API server keeps it", async () => {
  const env = { PATH: process.env["PATH"] ?? "", KUBECONFIG: stage.controlPlane.kubeconfigPath, GITHUB_API_URL: stage.gitHubUrl };
  const child = spawn(program, ["setup", "--port=0", "--namespace=signalman"], { env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += String(chunk)));
  const ended = once(child, "exit");
  await until("its page is served", () => printed.includes("Open http://127.0.0.1:"));
  await followManifest(/^Open (\S+)/.exec(printed)?.[1] ?? "");
  expect({ ended: await ended, printed }).toMatchObject({
    ended: [0, null],
    printed: expect.stringContaining("kubectl apply -k") as unknown,
  });

  const { body } = await stage.client.request("GET", "/api/v1/namespaces/signalman/secrets/signalman-github-app");
  const { data } = body as { data: Readonly<Record<string, string>> };
  const keys = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
  const { app, privateKey } = stage.github.installations;
  expect(keys).toEqual({ APP_ID: String(app.id), PRIVATE_KEY: privateKey, GITHUB_API_URL: stage.gitHubUrl });
  expect(printed).not.toContain("PRIVATE KEY");

  // A second one would take the place of keys that are in use.
  const again = await signalman("setup", "--port=0", "--namespace=signalman");
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") as unknown });
});

describe("send --gitrepo", () => {
  test("a real status and a webhook with the cluster's Secret, apart from what run keeps", async () => {
    const { namespace, gitrepo } = recording.meta;
    const token = "only-on-the-wire";
    const data = { token: Buffer.from(token).toString("base64") };
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    await stage.client.request("POST", secrets, { body: { metadata: { name: "hook" }, data } });
    const file = join(folder, "send.yaml");
    const destinations = [
      { name: "status", github: { commitStatus: {} } },
      {
        name: "hook",
        webhook: { url: `${stage.receiverUrl}/send`, auth: { bearer: { secretRef: { name: "hook", key: "token" } } } },
      },
    ];
    const notification = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: "live", namespace } };
    await writeFile(file, stringify({ ...notification, spec: { destinations } }));

    const live = [file, "--event=GitRepoReady", `--gitrepo=${namespace}/${gitrepo}`, "--allow-egress=127.0.0.0/8"];
    const before = stage.github.statuses(`acme/${gitrepo}`, sha);
    const stored = await specs();
    const { code, stdout, stderr } = await signalman("send", ...live);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: ["status", "hook"]
        .map((it) => `signalman send: Notification ${namespace}/live, destination "${it}" was delivered\n`)
        .join(""),
    });

    const after = stage.github.statuses(`acme/${gitrepo}`, sha);
    expect(after.slice(1)).toEqual(before);
    expect(after[0]).toMatchObject({ context: `trial/fleet/${namespace}/${gitrepo}`, state: "success" });
    const hook = stage.receiver.requests.find((it) => it.path === "/send");
    expect(hook).toMatchObject({ status: 204, headers: { authorization: `Bearer ${token}`, "signalman-sequence": "0" } });
    expect(stdout).toContain(hook?.body);
    expect(stdout).not.toContain(token);
    expect(await specs()).toEqual(stored);

    // What is there already is not written again, and it says so.
    const again = await signalman("send", ...live, "--destination=status");
    expect(again).toMatchObject({ code: 0, stdout: "" });
    expect(again.stderr).toContain("what it says is there already");
  });
});

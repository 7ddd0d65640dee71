import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "../test/contract/api-client.ts";
import { until } from "../test/e2e/until.ts";

const gitRepos = "/apis/fleet.cattle.io/v1alpha1/namespaces/fleet-default/gitrepos";
const withinMs = { timeout: 15_000, interval: 50 };
/** Jobs, agents and the GitRepo's own status take some 2 s each time. */
const storyMs = 40_000;

const startMs = 9_000;

const lines: string[] = [];
let program: ChildProcess;
let directory: string;
let kubernetes: ApiClient | undefined;

/** What the program has printed, by a pattern with one group. */
const printed = (pattern: RegExp) =>
  pattern.exec(lines.join("\n"))?.[1] ?? expect.fail(`${pattern} is not in:\n${lines.join("\n")}`);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalman-simulators-test-"));
  program = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: program.stdout! }).on("line", (line) => lines.push(line));
  await until("the simulators say where they are", () => lines.some((line) => line.startsWith("Receiver ")), startMs);
  const { clusters, users } = JSON.parse(await readFile(printed(/KUBECONFIG=(\S+)/), "utf8")) as {
    clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
    users: [{ user: { token: string } }];
  };
  const { server: url, "certificate-authority-data": authority } = clusters[0].cluster;
  const certificateAuthority = Buffer.from(authority, "base64").toString();
  kubernetes = new ApiClient({ url, token: users[0].user.token, certificateAuthority });
});

afterAll(async () => {
  program.kill("SIGKILL");
  await kubernetes?.close();
  await rm(directory, { recursive: true, force: true });
});

/** `git` as a person uses it. */
async function git(args: readonly string[]): Promise<string> {
  const person = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return (await promisify(execFile)("git", [...person, ...args])).stdout.trim();
}

const gitRepo = async () => (await kubernetes!.get(`${gitRepos}/pay`)).body;
/** Ready, and the commit: what Fleet shows once all is deployed. */
const shown = async () => {
  const { status = {} } = await gitRepo();
  const ready = status.conditions?.find(({ type }: { type: string }) => type === "Ready")?.status;
  return `${status.commit} ${ready} ${status.display?.readyBundleDeployments}`;
};

test("GitHub and the receiver are found by what is printed, and what they are asked is printed too", async () => {
  const auth = { appId: printed(/APP_ID=(\d+)/), privateKey: await readFile(printed(/PRIVATE_KEY_PATH=(\S+),/), "utf8") };
  const octokit = new Octokit({ baseUrl: printed(/GITHUB_API_URL=(\S+)/), authStrategy: createAppAuth, auth });
  expect((await octokit.rest.apps.getAuthenticated()).data?.slug).toBe("signalman");
  expect((await fetch(`${printed(/Receiver {4}(http\S+)/)}/hook`, { method: "POST", body: "hello" })).status).toBe(204);
  await expect.poll(() => lines).toContain("GitHub      200 GET /app (app)");
  await expect.poll(() => lines).toContain("Receiver    204 POST /hook hello");
});

test(
  "Fleet deploys a GitRepo that a client creates, follows a push and a changed spec, and takes all down with it",
  async () => {
    const metadata = { name: "pay", namespace: "fleet-default", annotations: { who: "ada" } };
    const spec = {
      repo: "https://github.com/acme/shop.git",
      branch: "main",
      pollingInterval: "1s",
      keepResources: true,
      targets: [{ name: "one", clusterName: "tokyo" }],
    };
    const created = await kubernetes!.request("POST", gitRepos, {
      body: { apiVersion: "fleet.cattle.io/v1alpha1", kind: "GitRepo", metadata, spec },
    });
    expect(created.code).toBe(201);
    await expect.poll(shown, withinMs).toBe(`${printed(/main is (\w+)/)} True 1/1`);

    const clone = join(directory, "shop");
    await git(["clone", "--quiet", printed(/acme\/shop: (\S+)/), clone]);
    await writeFile(join(clone, "web/prices.yaml"), "kind: ConfigMap\ndata: { prices: some }\n");
    await git(["-C", clone, "commit", "--quiet", "--all", "--message", "Some prices"]);
    await git(["-C", clone, "push", "--quiet"]);
    const sha = await git(["-C", clone, "rev-parse", "HEAD"]);
    await expect.poll(shown, withinMs).toBe(`${sha} True 1/1`);

    await kubernetes!.patch(`${gitRepos}/pay`, { spec: { targets: [{ name: "all", clusterSelector: {} }] } });
    await expect.poll(shown, withinMs).toBe(`${sha} True 3/3`);
    const after = await gitRepo();
    expect(after).toMatchObject({ metadata: { generation: 2, annotations: { who: "ada" } }, spec: { keepResources: true } });

    await kubernetes!.request("DELETE", `${gitRepos}/pay`);
    await expect.poll(async () => (await kubernetes!.get(`${gitRepos}/pay`)).code, withinMs).toBe(404);
    const left = await kubernetes!.get("/apis/fleet.cattle.io/v1alpha1/bundledeployments");
    expect(left.body.items).toEqual([]);
  },
  storyMs,
);

test("SIGTERM ends it, and nothing is left of it", async () => {
  const paths = [printed(/KUBECONFIG=(\S+)/), printed(/PRIVATE_KEY_PATH=(\S+),/), printed(/acme\/shop: (\S+)/)];
  const ended = once(program, "exit");
  program.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(paths.filter((path) => existsSync(path))).toEqual([]);
});

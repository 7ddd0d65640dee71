import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { gitHubUnderTest, type GitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import { acmeShop as repository, neverAborted as signal } from "../../test/github/destination-under-test.ts";
import { sampleSettings } from "../../test/samples/settings.ts";
import type { CommitNode, Repository } from "../core/history/relation.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { type RunningServer, startServer } from "../http/server.ts";
import type { Settings } from "../settings.ts";
import { Health } from "../telemetry/health.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { GitHubRepositoryHost } from "./repository-host.ts";
import { type GitHub, hooksPath, startGitHub } from "./start-github.ts";

let github: GitHubUnderTest;
let server: RunningServer | null = null;
let lines: string[] = [];
let urls: string[] = [];
let pushed: { repository: Repository; commits: readonly CommitNode[] }[] = [];
let installed = 0;
beforeEach(async () => {
  github = await gitHubUnderTest();
  lines = [];
  urls = [];
  pushed = [];
  installed = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  await server?.close();
  server = null;
  await github.close();
  expect(github.world.violations).toEqual([]);
});

const webhookSecret = "It's a Secret to Everybody";
const log = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });

async function start(fields: Partial<Settings> = {}): Promise<GitHub & { readonly host: GitHubRepositoryHost }> {
  const { app, privateKey } = github.world.installations;
  const settings = { appId: app.id, privateKey, webhookSecret, gitHubApiUrl: github.url, app: true, ...fields };
  const clock = new VirtualClock(0);
  const gitHub = await startGitHub({
    settings: sampleSettings(settings),
    clock,
    metrics: await createMetrics(),
    log,
    fetch: async (input, init) => {
      urls.push(input instanceof Request ? input.url : input.toString());
      return await fetch(input, init);
    },
    guardedFetch: fetch,
    onPushed: (repository, commits) => pushed.push({ repository, commits }),
    onInstalled: () => (installed += 1),
  });
  return { ...gitHub, host: new GitHubRepositoryHost({ clientsOf: async () => gitHub.clients, clock, log }) };
}

const status = () => ({ owner: "acme", repo: "shop", sha: github.first, state: "success" }) as const;
const asked = (path: RegExp) => github.world.requests.filter((it) => path.test(it.path)).length;

describe("the App", () => {
  test("writes as its bot; the installation is asked for once, and the token once", async () => {
    github.world.install("acme/shop");
    const { clients } = await start();
    const [octokit, again] = await Promise.all([
      clients.forRepository(repository, signal),
      clients.forRepository(repository, signal),
    ]);
    await octokit.rest.repos.createCommitStatus(status());
    await again.rest.repos.createCommitStatus(status());
    expect(await clients.botLogin(repository, signal)).toBe("signalman[bot]");
    expect(github.world.statuses("acme/shop", github.first)[0]?.creator.login).toBe("signalman[bot]");
    expect([asked(/\/installation$/), asked(/access_tokens$/)]).toEqual([1, 1]);
  });

  test("not installed: says so and the remedy, and asks again", async () => {
    const { clients, host } = await start();
    await expect(clients.forRepository(repository, signal)).rejects.toThrow("not installed on acme/shop. Install it there");
    expect(await host.branchHead({ repository, branch: "main" }, signal)).toMatchObject({ kind: "noRepository" });
    github.world.install("acme/shop");
    await (await clients.forRepository(repository, signal)).rest.repos.createCommitStatus(status());
  });

  test("uninstalled without a webhook: the next refusal makes it ask again", async () => {
    github.world.install("acme/shop");
    const { clients } = await start();
    await clients.forRepository(repository, signal);
    github.world.uninstall("acme/shop");
    const octokit = await clients.forRepository(repository, signal);
    await expect(octokit.rest.repos.createCommitStatus(status())).rejects.toMatchObject({ status: 404 });
    await expect(clients.forRepository(repository, signal)).rejects.toThrow("not installed");
  });

  test("a token that GitHub takes no longer is replaced by another, and nothing is lost", async () => {
    github.world.install("acme/shop");
    const { clients } = await start();
    const octokit = await clients.forRepository(repository, signal);
    await octokit.rest.repos.createCommitStatus(status());
    github.world.installations.expireTokens();
    github.advance(60_000);
    // For a token that is some seconds old Octokit waits: GitHub's own servers may not know it yet.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    await octokit.rest.repos.createCommitStatus(status());
    expect(github.world.statuses("acme/shop", github.first)).toHaveLength(2);
  });

  test("Octokit repeats nothing by itself, and does not wait: core/delivery owns both", async () => {
    github.world.install("acme/shop");
    const { clients } = await start();
    const octokit = await clients.forRepository(repository, signal);
    for (const fault of [
      { kind: "serverError", status: 500 },
      { kind: "primaryLimit", resetInSeconds: 3_600 },
    ] as const) {
      github.world.fault({ ...fault, times: 1, match: { method: "POST", path: /statuses/ } });
      await expect(octokit.rest.repos.createCommitStatus(status())).rejects.toThrow();
    }
    expect(asked(/statuses/)).toBe(2);
    const startedMs = performance.now();
    for (let index = 0; index < 5; index += 1) await octokit.rest.repos.createCommitStatus(status());
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test("a request that waits for nothing is given up with the lease", async () => {
    github.world.install("acme/shop");
    const { clients } = await start();
    const octokit = await clients.forRepository(repository, signal);
    await octokit.rest.repos.createCommitStatus(status());
    github.world.fault({ kind: "hang", times: 1 });
    const abort = new AbortController();
    const hanging = octokit.rest.repos.createCommitStatus({ ...status(), request: { signal: abort.signal } });
    abort.abort();
    await expect(hanging).rejects.toThrow();
  });

  test("on a GHES everything goes below its own base: REST, tokens, GraphQL", async () => {
    github.world.install("acme/shop");
    const { clients, host } = await start({ gitHubApiUrl: `${github.url}/api/v3` });
    await (await clients.forRepository(repository, signal)).rest.repos.createCommitStatus(status());
    const answer = await host.pullRequests({ repository, base: "", head: github.first, branch: "main" }, signal);
    expect(answer).toMatchObject({ kind: "pullRequests" });
    expect(urls.map((it) => it.replace(/(?<=\/)(\d+|[0-9a-f]{40})(?=\/|$)/, "ID"))).toEqual([
      `${github.url}/api/v3/repos/acme/shop/installation`,
      `${github.url}/api/v3/app/installations/ID/access_tokens`,
      `${github.url}/api/v3/repos/acme/shop/statuses/ID`,
      `${github.url}/api/graphql`,
    ]);
  });

  test("of other hosts nothing is asked", async () => {
    const { clients } = await start();
    await expect(clients.forRepository({ ...repository, host: "evil.example.com" }, signal)).rejects.toThrow(
      "not to evil.example.com",
    );
    expect(github.world.requests).toEqual([]);
  });

  test("a key in any form that a variable may have it in; what is none refuses to start without repeating it", async () => {
    github.world.install("acme/shop");
    const pem = github.world.installations.privateKey;
    for (const privateKey of [pem.replaceAll("\n", "\\n"), Buffer.from(pem).toString("base64")]) {
      const { clients } = await start({ privateKey });
      await clients.forRepository(repository, signal);
    }
    const broken = start({ privateKey: "-----BEGIN RSA PRIVATE KEY-----\nhush" });
    await expect(broken).rejects.toThrow(/^PRIVATE_KEY holds no private key\. Use the \.pem file/);
    const nowhere = start({ privateKey: "", privateKeyPath: "/nowhere.pem" });
    await expect(nowhere).rejects.toThrow(
      "PRIVATE_KEY_PATH names /nowhere.pem, which cannot be read (ENOENT). Set it to the App's .pem file",
    );
  });

  test("without a webhook secret it does not start: Probot would take one that everybody knows", async () => {
    await expect(start({ webhookSecret: "" })).rejects.toThrow("WEBHOOK_SECRET is empty");
    expect((await start({ webhookSecret: "", app: false })).hooks).toBeNull();
  });
});

describe("a token instead of an App", () => {
  test("writes as its user", async () => {
    const { clients, hooks } = await start({ appId: 0, app: false, gitHubToken: "ada-token" });
    await (await clients.forRepository(repository, signal)).rest.repos.createCommitStatus(status());
    expect(await clients.botLogin(repository, signal)).toBe("ada");
    expect(hooks).toBeNull();
  });

  test("neither: GitHub destinations park with the remedy", async () => {
    const { clients, host } = await start({ appId: 0, app: false });
    await expect(clients.forRepository(repository, signal)).rejects.toThrow("Set APP_ID and PRIVATE_KEY, or GITHUB_TOKEN");
    const answer = await host.relation({ repository, base: "a", head: "b" }, signal);
    expect(answer).toMatchObject({ kind: "noRepository" });
  });
});

describe("GitHub's webhooks", () => {
  const push = (fields: object = {}) => ({
    ref: "refs/heads/main",
    before: "a".repeat(40),
    after: "b".repeat(40),
    forced: false,
    commits: [{ id: "b".repeat(40), message: "not for the log" }],
    repository: { clone_url: "https://github.com/acme/shop.git" },
    installation: { id: 7 },
    ...fields,
  });

  async function deliver(name: string, payload: object, headers: Record<string, string> = {}): Promise<number> {
    server ??= await listen();
    const body = JSON.stringify(payload);
    const signature = `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
    const response = await fetch(`${server.appUrl}${hooksPath}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-github-event": name,
        "x-github-delivery": `id-${name}-${body.length}`,
        "x-hub-signature-256": signature,
        ...headers,
      },
      body,
    });
    await response.text();
    return response.status;
  }

  async function listen(): Promise<RunningServer> {
    const { hooks } = await start();
    const options = {
      host: "127.0.0.1",
      port: 0,
      opsPort: 0,
      hooks,
      health: new Health([]),
      metrics: await createMetrics(),
      log,
    };
    return await startServer(options);
  }

  test("a push of one commit tells whose child it is; a redelivery is done already", async () => {
    expect(await deliver("push", push())).toBe(200);
    expect(await deliver("push", push())).toBe(200);
    expect(pushed).toEqual([{ repository, commits: [{ sha: "b".repeat(40), parents: ["a".repeat(40)] }] }]);
  });

  test.each([
    ["of several commits", { commits: [{ id: "c".repeat(40) }, { id: "b".repeat(40) }] }],
    ["that was forced", { forced: true }],
    ["of a new branch", { before: "0".repeat(40) }],
    ["that deleted a branch", { after: "0".repeat(40), commits: [] }],
    ["of what is no repository", { repository: { clone_url: "nonsense" } }],
  ])("a push %s says nothing for certain", async (_, fields) => {
    expect(await deliver("push", push(fields))).toBe(200);
    expect(pushed).toEqual([]);
  });

  test("an installation takes up what is parked, and is asked for anew", async () => {
    const payload = { action: "created", installation: { id: 7 } };
    expect(await deliver("installation", payload)).toBe(200);
    expect(await deliver("installation_repositories", { ...payload, action: "added" })).toBe(200);
    expect(installed).toBe(2);
  });

  test.each([
    ["wrong", { "x-hub-signature-256": `sha256=${"0".repeat(64)}` }],
    [
      "of another secret",
      { "x-hub-signature-256": `sha256=${createHmac("sha256", "development").update(JSON.stringify(push())).digest("hex")}` },
    ],
    ["empty", { "x-hub-signature-256": "" }],
  ])("a signature that is %s: 400, nothing is done, and nothing of the body is logged", async (_, headers) => {
    expect(await deliver("push", push(), headers)).toBe(400);
    expect(pushed).toEqual([]);
    expect(lines.join("")).not.toContain("not for the log");
  });

  test("nothing of a good one is logged either", async () => {
    await deliver("push", push());
    expect(lines.join("")).not.toContain("not for the log");
    expect(lines.join("")).not.toContain(webhookSecret);
  });
});

test("app.yml asks for the least rights that what exists now needs, and is not public", async () => {
  const manifest = parse(await readFile(new URL("../../app.yml", import.meta.url), "utf8")) as Record<string, unknown>;
  expect(manifest["default_permissions"]).toEqual(github.world.installations.app.permissions);
  expect(manifest["default_events"]).toEqual(["push"]);
  expect(manifest["public"]).toBe(false);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitHubApi } from "../../simulator/faces/github-api.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { createGitHubWorld, type GitHubWorld } from "../../simulator/world/github.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet } from "./played-fleet.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const namespace = "fleet-default";
const api = "/apis/signalman.dev/v1alpha1";
const success = "success Deployed to 1/1 clusters";

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;
/** Another GitHub than the one that Signalman itself speaks to, on another host. */
let ghes: GitHubWorld;
let face: { url: string; close(): Promise<void> };
let apiUrl: string;

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  fleet.now.addCluster({ name: "berlin", labels: {} });
  await mirrored.written();
  ghes = createGitHubWorld({ now: () => Date.now() });
  ghes.addToken("ada-token", "ada");
  ghes.addToken("eve-token", "eve");
  face = await startGitHubApi(ghes);
  apiUrl = face.url.replace("127.0.0.1", "localhost");
  product = stage.startProduct();
  await product.ready();
});
afterAll(async () => {
  fleet?.stop();
  await mirrored?.written();
  const code = await product?.stop();
  await Promise.all([stage?.stop(), face?.close()]);
  expect(code).toBe(0);
  expect(ghes.violations).toEqual([]);
  expect(product.log.filter((it) => /-token|PRIVATE KEY/.test(it))).toEqual([]);
});

const notifications = `${api}/namespaces/${namespace}/notifications`;
const secrets = `/api/v1/namespaces/${namespace}/secrets`;

async function create(path: string, kind: string, body: { metadata: object; [field: string]: unknown }): Promise<void> {
  const apiVersion = kind === "Secret" ? "v1" : "signalman.dev/v1alpha1";
  const answer = await stage.client.request("POST", path, { body: { apiVersion, kind, ...body } });
  if (answer.code !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
}

const secret = (name: string, stringData: Readonly<Record<string, string>>) =>
  create(secrets, "Secret", { metadata: { name }, stringData });
const notify = (name: string, destinations: readonly unknown[], gitRepo = name) =>
  create(notifications, "Notification", {
    metadata: { name },
    spec: { gitRepos: { names: [gitRepo] }, timing: { settle: "100ms", notReadyDeadline: "168h" }, destinations },
  });
const byToken = (name: string) => ({ auth: { tokenSecretRef: { name, key: "token" } }, apiUrl });

/** "False SecretMissing: …" */
async function condition(name: string, type: "Ready" | "Delivering"): Promise<string> {
  const { body } = await stage.client.get(`${notifications}/${name}`);
  const { status } = body as { status?: { conditions?: readonly Readonly<Record<string, string>>[] } };
  const found = status?.conditions?.find((it) => it["type"] === type);
  return found === undefined ? "" : `${found["status"]} ${found["reason"]}: ${found["message"]}`;
}

/** A GitRepo whose repository is acme/<name> on the other GitHub; returns what pushes to it. */
async function gitRepoOnGhes(name: string): Promise<(...outcome: [Parameters<PlayedFleet["commit"]>[1]?]) => Promise<string>> {
  const repo = `https://localhost/acme/${name}.git`;
  const push = async (outcome?: Parameters<PlayedFleet["commit"]>[1]) => {
    const sha = await fleet.commit(name, outcome);
    fleet.mirror(name, repo);
    return sha;
  };
  await push();
  await ghes.createRepository(`acme/${name}`, { history: stage.github.repository(`acme/${name}`).history });
  fleet.addGitRepo(name, repo);
  return push;
}

/** "success Deployed to 1/1 clusters by ada" */
function shown(name: string, sha: string): string {
  const status = ghes.latestStatuses(`acme/${name}`, sha).get(`fleet/${namespace}/${name}`);
  return status === undefined ? "" : `${status.state} ${status.description} by ${status.creator.login}`;
}
const writesTo = (world: GitHubWorld, name: string) =>
  world.requests.filter((it) => it.method === "POST" && it.path.includes(`/acme/${name}/`)).length;

test("a GHES beside github.com, by a token: a Secret that comes late is waited for, a changed one is used, and the last word is its own too", async () => {
  const push = await gitRepoOnGhes("shop");
  await notify("shop", [
    { name: "status", github: { commitStatus: {}, ...byToken("shop") } },
    { name: "pr", github: { pullRequestComment: {}, ...byToken("shop") } },
  ]);
  await until("it says what is missing", async () => (await condition("shop", "Delivering")).startsWith("False SecretMissing"));
  expect(await condition("shop", "Delivering")).toContain(`${namespace}/shop`);
  await secret("shop", { token: "ada-token\n" });
  await stage.client.patch(`${notifications}/shop`, { spec: { modified: "ignore" } });
  const first = await push();
  const headSha = fleet.pullRequest("shop", { number: 7, sha: first });
  ghes.repository("acme/shop").recordMergedPullRequest({ number: 7, title: "Change", headSha, mergeCommitSha: first });
  await until("it is told", () => shown("shop", first) === `${success} by ada`);
  const comments = () => ghes.comments("acme/shop", 7).map((it) => `${it.author.login}: ${/Deployed/.exec(it.body)?.[0]}`);
  await until("its pull request is told", () => comments().length > 0);
  expect(comments()).toEqual(["ada: Deployed"]);

  await stage.client.patch(`${secrets}/shop`, { stringData: { token: "eve-token" } });
  const second = await push();
  await until("the other token is used", () => shown("shop", second) === `${success} by eve`);

  const stuck = await push({ kind: "neverReady", message: "no pods" });
  await until("it is pending", () => shown("shop", stuck).startsWith("pending"));
  await stage.client.request("DELETE", `${notifications}/shop`);
  await until("it is closed", () => shown("shop", stuck) === "error No longer reported by eve");
  expect(writesTo(stage.github, "shop")).toBe(0);
});

test("another App, on the other GitHub: check runs and statuses are by its bot", async () => {
  const push = await gitRepoOnGhes("web");
  const { app, privateKey } = ghes.installations;
  ghes.install("acme/web");
  await secret("other-app", { appId: String(app.id), privateKey });
  const byApp = { auth: { appSecretRef: { name: "other-app" } }, apiUrl };
  await notify("web", [
    { name: "status", github: { commitStatus: {}, ...byApp } },
    { name: "checks", github: { checkRun: {}, ...byApp } },
  ]);
  const sha = await push();
  await until("the status is there", () => shown("web", sha) === `${success} by ${app.slug}[bot]`);
  const runs = () => ghes.repository("acme/web").checkRuns.list(sha);
  await until("the check run is there", () => runs()[0]?.conclusion === "success");
  expect(writesTo(stage.github, "web")).toBe(0);
});

test("levels: who names another GitHub inherits no token, and Signalman's own goes to none but its own", async () => {
  const push = await gitRepoOnGhes("levels");
  await secret("platform", { token: "ada-token" });
  const tokenSecretRef = { namespace, name: "platform", key: "token" };
  await create(`${api}/clusternotifications`, "ClusterNotification", {
    metadata: { name: "levels" },
    spec: {
      gitRepos: { names: ["levels"] },
      timing: { settle: "100ms" },
      destinations: [{ name: "status", github: { commitStatus: {}, apiUrl, auth: { tokenSecretRef } } }],
    },
  });
  const first = await push();
  await until("the platform's token is used", () => shown("levels", first) === `${success} by ada`);

  const evil = `${stage.gitHubUrl}/evil`;
  await notify("levels", [{ name: "status", github: { commitStatus: {}, apiUrl: evil } }]);
  await until("it is refused", async () => (await condition("levels", "Ready")).startsWith("False"));
  expect(await condition("levels", "Ready")).toContain("github.apiUrl needs github.auth");
  await secret("tenant", { token: "eve-token" });
  const own = { name: "status", github: { commitStatus: {}, ...byToken("tenant") } };
  await stage.client.patch(`${notifications}/levels`, { spec: { destinations: [own] } });
  const second = await push();
  await until("its own token is used", () => shown("levels", second) === `${success} by eve`);
  expect(stage.github.requests.filter((it) => it.path.includes("evil"))).toEqual([]);
});

test("--repository-policy counts on every GitHub, and a repository elsewhere gets no token", async () => {
  const repo = "https://localhost/other/secret.git";
  await fleet.commit("elsewhere");
  fleet.mirror("elsewhere", repo);
  fleet.addGitRepo("elsewhere", repo);
  await secret("elsewhere", { token: "ada-token" });
  await notify("elsewhere", [{ name: "status", github: { commitStatus: {}, ...byToken("elsewhere") } }]);
  await until("it is refused", async () => (await condition("elsewhere", "Ready")).startsWith("False RepositoryNotAllowed"));

  await fleet.commit("own");
  fleet.addGitRepo("own");
  await notify("own", [{ name: "status", github: { commitStatus: {}, ...byToken("elsewhere") } }]);
  await until("it says where it is", async () => (await condition("own", "Delivering")).startsWith("False NotInstalled"));
  expect(await condition("own", "Delivering")).toContain("speaks to GitHub on localhost, not to github.com");
  expect(ghes.requests.filter((it) => /other\/secret|acme\/own/.test(it.path))).toEqual([]);
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { createReceiverWorld } from "../../simulator/world/receiver.ts";
import { limits } from "../../src/core/limits.ts";
import { repoOf } from "./played-fleet.ts";
import { namespace, SimulatedStage } from "./simulated-stage.ts";
import { until } from "./until.ts";

/** Breaks out of whatever holds it: a comment's fence and marker, a table, a line of a log, a header; mentions people; 1 MB of it. */
const evil = [
  "error: \u001b[31mred\u001b[0m\r\nX-Evil: 1\u0000\u202e ```",
  "</details> | cell | @acme/owners @everyone <!-- signalman:v1 a/b/c/d --> {{summary}} [x](javascript:alert(1))",
  "~~~~ ````",
].join("\n");
const evilMegabyte = evil.repeat(Math.ceil(1_000_000 / evil.length));

const status = { name: "status", github: { commitStatus: {} } };
const comment = { name: "pr", github: { pullRequestComment: {} } };
const success = "success Deployed to 2/2 clusters";

let stage: SimulatedStage;
beforeAll(async () => {
  stage = await SimulatedStage.start();
  await stage.product.ready();
});
afterAll(async () => {
  expect(await stage?.stop()).toBe(0);
});

/** Everything bad is there at once, in one process; the last test shows that it goes on all the same. */
describe("what is wrong is a clear condition or log line, once, and nothing else stops", () => {
  describe.concurrent("one at a time", () => {
    test("objects without spec or status, with unknown states, with fields of other types: nothing is told of them", async () => {
      stage.notify("garbage", { gitRepos: { names: ["garbage-*"] }, destinations: [status, stage.webhook("garbage")] });
      makeGarbage();
      // Deployed after everything of it was seen.
      await stage.commit("after-garbage");
      stage.notify("after-garbage", { destinations: [stage.webhook("after-garbage")] });
      stage.addGitRepo("after-garbage");
      await until("another GitRepo is told of", () => stage.hooks("after-garbage").length > 0);
      expect(stage.hooks("garbage")).toEqual([]);
      // One of them shows a commit of a repository that nobody has.
      expect(stage.warnings("garbage-")).toEqual([expect.stringContaining("GitHub 404")]);
      await until("its condition is there", () => stage.condition("garbage", "Ready").startsWith("True Valid"));
    });

    test("1 MB of Markdown and control characters in an error: short, in one line, escaped", async () => {
      stage.notify("evil", { destinations: [status, comment, stage.webhook("evil")] });
      await stage.commit("evil");
      const sha = await stage.commit("evil", { kind: "jobFails", message: evilMegabyte });
      const number = 1;
      stage.pullRequest("evil", { number, sha });
      stage.addGitRepo("evil");
      await until("the failure is told", () => stage.status("evil", sha).startsWith("failure") && stage.hooks("evil").length > 0);
      await until("it is commented", () => stage.github.comments("acme/evil", number).length > 0);
      const description = stage.status("evil", sha);
      expect(Array.from(description).length).toBeLessThanOrEqual("failure ".length + limits.statusDescriptionMax);
      expect(description).not.toMatch(/\p{Cc}|\u202e/u);
      const [hook] = stage.hooks("evil");
      expect(Buffer.byteLength(hook?.body ?? "")).toBeLessThan(20_000);
      expect(hook?.body).not.toMatch(/\\u001b|\\u0000|\u202e/);
      const [made] = stage.github.comments("acme/evil", number);
      expect(made?.body.length).toBeLessThan(limits.commentBodyMax);
      expect(made?.body.match(/^<!-- signalman:v1/gm)).toHaveLength(1);
      expect(stage.product.log.filter((line) => line.length > 20_000)).toEqual([]);
    });

    test("a bad Notification: Ready=False and one Warning event with the path; mended, it reports", async () => {
      await stage.commit("bad");
      stage.notify("bad", { destinations: [{ ...status, on: ["GitRepoDone"] }] });
      stage.addGitRepo("bad");
      await until("it says what is wrong", () => stage.condition("bad", "Ready").startsWith("False"));
      expect(stage.condition("bad", "Ready")).toMatch(/^False UnknownValue: .*spec\.destinations\[0\]\.on.*GitRepoDone/s);
      await until("the event is there", () => stage.events("bad").length > 0);
      expect(stage.events("bad")).toEqual([expect.stringMatching(/^Warning UnknownValue: .*GitRepoDone/s)]);
      stage.patch(kinds.notification, "bad", { spec: { destinations: [status] } });
      await until("it is mended", () => stage.condition("bad", "Ready").startsWith("True"));
      const next = await stage.commit("bad");
      await until("it reports", () => stage.status("bad", next) === success);
      expect(stage.events("bad")).toHaveLength(1);
    });

    test("a Notification that turned bad does not go on in its last good form", async () => {
      await stage.commit("turned");
      stage.notify("turned", { destinations: [stage.webhook("turned")] });
      stage.notify("turned-witness", { gitRepos: { names: ["turned"] }, destinations: [stage.webhook("turned-witness")] });
      stage.addGitRepo("turned");
      await until("it reports", () => stage.hooks("turned").length === 1);
      stage.patch(kinds.notification, "turned", { spec: { destinations: [{ name: "hook", webhook: { url: "nowhere" } }] } });
      await until("it says so", () => stage.condition("turned", "Ready").startsWith("False InvalidUrl"));
      await stage.commit("turned");
      await until("another one reports", () => stage.hooks("turned-witness").length === 2);
      expect(stage.hooks("turned")).toHaveLength(1);
    });

    test("a Secret that is missing: a condition, one event, one log line; made, and the Notification touched, it is sent", async () => {
      await stage.commit("secret");
      const auth = { bearer: { secretRef: { name: "hook", key: "token" } } };
      stage.notify("secret", { destinations: [status, stage.webhook("secret", { auth })] });
      stage.addGitRepo("secret");
      await until("it says so", () => stage.condition("secret", "Delivering").startsWith("False SecretMissing"));
      expect(stage.condition("secret", "Delivering")).toContain(`${namespace}/hook`);
      await until("the event is there", () => stage.events("secret").length > 0);
      stage.create(kinds.secret, { metadata: { name: "hook" }, data: { token: Buffer.from("hunter2\n").toString("base64") } });
      const touched = [status, stage.webhook("secret", { auth, timeout: "9s" })];
      stage.patch(kinds.notification, "secret", { spec: { destinations: touched } });
      await until("it is sent", () => stage.hooks("secret").length > 0);
      expect(stage.hooks("secret").map((it) => it.headers["authorization"])).toEqual(["Bearer hunter2"]);
      await until("all is well", () => stage.condition("secret", "Delivering").startsWith("True"), 20_000);
      expect([stage.events("secret").length, stage.warnings("Notification/fleet-default/secret/").length]).toEqual([1, 1]);
      expect(stage.product.log.filter((line) => line.includes("hunter2"))).toEqual([]);
    });

    test("an address that refuses is mended: sent there at once, and nothing more to the old one", async () => {
      const old = createReceiverWorld({ now: () => Date.now() });
      const face = await startWebhookReceiver(old);
      try {
        old.behave({ kind: "status", status: 404 });
        await stage.commit("address");
        stage.notify("address", { destinations: [{ name: "hook", webhook: { url: `${face.url}/address` } }] });
        stage.addGitRepo("address");
        await until("it is refused", () => stage.warnings("Notification/fleet-default/address/").length > 0);
        stage.patch(kinds.notification, "address", { spec: { destinations: [stage.webhook("address")] } });
        await until("it is sent", () => stage.hooks("address").length > 0, 10_000);
        expect(old.requests).toHaveLength(1);
      } finally {
        await face.close();
      }
    });

    test.for([
      ["elsewhere", "https://gitlab.example.com/acme/elsewhere.git", "NotInstalled", "gitlab.example.com"],
      ["nowhere", "not a repository", "NotOnGitHub", "not a repository"],
      ["unknown", "https://github.com/acme/unknown-to-all.git", "NotFound", "404"],
    ] as const)("a repository that is not on GitHub (%s): a condition; webhooks are sent", async ([name, repo, code, words]) => {
      await stage.commit(name);
      stage.mirror(name, repo);
      stage.notify(name, { destinations: [status, stage.webhook(name)] });
      stage.addGitRepo(name, repo);
      await until("the webhook is told", () => stage.hooks(name).length > 0);
      await until("the status's trouble is said", () => stage.condition(name, "Delivering").startsWith(`False ${code}`), 20_000);
      expect(stage.condition(name, "Delivering")).toContain(words);
      expect(stage.warnings(`Notification/fleet-default/${name}/status`)).toHaveLength(1);
    });

    test("a repository that nobody granted to the namespace: a condition, nothing on GitHub; webhooks are sent", async () => {
      const sha = await stage.commit("payroll");
      const history = stage.github.repository("acme/payroll").history;
      await stage.github.createRepository("others/payroll", { history });
      const repo = "https://github.com/others/payroll";
      stage.mirror("payroll", repo);
      stage.notify("payroll", { destinations: [status, comment, stage.webhook("payroll")] });
      stage.addGitRepo("payroll", repo);
      await until("the webhook is told", () => stage.hooks("payroll").length > 0);
      await until("it is said", () => stage.condition("payroll", "Ready").startsWith("False RepositoryNotAllowed"), 20_000);
      expect(stage.condition("payroll", "Ready")).toContain("--repository-policy fleet-default=others/payroll");
      expect(stage.github.statuses("others/payroll", sha)).toEqual([]);
    });

    test("a commit that GitHub does not know yet is waited for", async () => {
      const sha = await stage.commit("early");
      stage.github.repository("acme/early").hideCommit(sha);
      stage.notify("early", { destinations: [status] });
      stage.addGitRepo("early");
      const isTried = () => stage.github.requests.some((it) => it.path.includes(sha) && it.status === 422);
      await until("it was tried", isTried);
      stage.github.repository("acme/early").revealCommit(sha);
      await until("it is told", () => stage.status("early", sha) === success, 30_000);
      expect(stage.warnings("Notification/fleet-default/early/")).toEqual([]);
    });

    test("a GitRepo that is deleted before its commit was deployed: an error says so", async () => {
      const sha = await stage.commit("deleted", { kind: "neverReady", message: "no pods" });
      stage.notify("deleted", { destinations: [status] });
      stage.addGitRepo("deleted");
      await until("it is pending", () => stage.status("deleted", sha).startsWith("pending"));
      stage.fleet.removeGitRepo("deleted");
      const closed = "error GitRepo deleted before this commit was deployed";
      await until("it is closed", () => stage.status("deleted", sha) === closed);
      // What was closed as deleted is remembered for a day, in case its GitRepo is made anew; nothing waits.
      const streams = () => {
        const deliveries = stage.objects.list(kinds.delivery).items as readonly { spec?: { streams?: readonly string[] } }[];
        const stored = deliveries.flatMap((it) => it.spec?.streams ?? []).map((it) => JSON.parse(it) as StoredStream);
        return stored.filter((it) => it.identity.gitRepoName === "deleted");
      };
      const isAtRest = () => streams().length === 1 && streams().every((it) => it.queue.length === 0);
      await until("nothing of it waits", isAtRest, 20_000);
    });

    test("a GitRepo that is made anew before its commit was deployed: it ends as deployed", async () => {
      const sha = await stage.commit("anew", { kind: "neverReady", message: "no pods" });
      stage.notify("anew", { destinations: [status, stage.webhook("anew")] });
      stage.addGitRepo("anew");
      await until("it is pending", () => stage.status("anew", sha).startsWith("pending"));
      stage.fleet.removeGitRepo("anew");
      await until("it is gone", () => stage.objects.find(kinds.gitRepo, { namespace, name: "anew" }) === undefined);
      const next = await stage.commit("anew");
      stage.addGitRepo("anew");
      await until("it is told", () => stage.status("anew", next) === success && stage.hooks("anew").length === 1);
      expect(stage.status("anew", sha)).not.toMatch(/^pending/);
    });

    test.for([
      ["locked", "403"],
      ["gone", "410"],
    ] as const)(
      "a conversation that is %s: one log line; the statuses are set, on the head as well",
      async ([conversation, code]) => {
        const first = await stage.commit(conversation);
        stage.notify(conversation, { destinations: [status, comment] });
        stage.addGitRepo(conversation);
        await until("the first one is told", () => stage.status(conversation, first) === success);
        const sha = await stage.commit(conversation);
        const headSha = stage.pullRequest(conversation, { number: 3, sha });
        stage.github.repository(`acme/${conversation}`).setConversation(3, conversation);
        await until("the second one is told", () => stage.status(conversation, headSha) === success);
        await until(
          "the comment was tried",
          () => stage.warnings(`Notification/fleet-default/${conversation}/pr`, "#3").length > 0,
        );
        expect(stage.warnings(`Notification/fleet-default/${conversation}/`)).toEqual([expect.stringContaining(code)]);
        await until("all is well", () => stage.condition(conversation, "Delivering").startsWith("True"), 20_000);
      },
    );
  });

  test("with all of that around, a new commit is told at once, and nothing was logged as an error", async () => {
    await stage.commit("canary");
    stage.notify("canary", { destinations: [status, comment, stage.webhook("canary")] });
    stage.addGitRepo("canary");
    await until("the first one is told", () => stage.hooks("canary").length === 1);
    const sha = await stage.commit("canary");
    stage.pullRequest("canary", { number: 9, sha });
    await until(
      "status and webhook are told",
      () => stage.status("canary", sha) === success && stage.hooks("canary").length === 2,
    );
    await until("it is commented", () => stage.github.comments("acme/canary", 9).length === 1);
    expect(stage.product.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    expect(stage.github.violations).toEqual([]);
  });
});

/** Objects as nobody makes them, with labels and owners that tie them to one another. */
function makeGarbage(): void {
  const odd = "garbage-odd-types";
  const labels = { "fleet.cattle.io/repo-name": odd };
  const commit = "c".repeat(40);
  stage.create(kinds.gitRepo, { metadata: { name: "garbage-nothing" } });
  stage.create(kinds.gitRepo, { metadata: { name: "garbage-no-status" }, spec: { repo: repoOf("garbage") } });
  const oddStatus = {
    commit: {},
    conditions: "Ready",
    gitJobStatus: 7,
    lastPollingTriggered: "yesterday",
    summary: [],
    surprise: { deep: [] },
  };
  stage.create(kinds.gitRepo, { metadata: { name: odd }, spec: { repo: 42, branch: [], targets: "all" }, status: oddStatus });
  const conditions = [
    null,
    7,
    { type: 5 },
    { type: "Ready", status: "Perhaps", message: {} },
    { type: "Excited", status: "True" },
  ];
  const unknown = { commit, gitJobStatus: "Sideways", observedGeneration: "1", conditions, pollingCommit: evil };
  stage.create(kinds.gitRepo, { metadata: { name: "garbage-states" }, spec: { repo: repoOf("garbage") }, status: unknown });
  stage.create(kinds.bundle, {
    metadata: { name: "garbage-bundle", labels },
    status: { partitions: 5, summary: null, conditions: [[]] },
  });
  stage.create(kinds.bundle, { metadata: { name: "garbage-none", labels: { "fleet.cattle.io/repo-name": "" } } });
  const tied = { ...labels, "fleet.cattle.io/bundle-namespace": namespace, "fleet.cattle.io/cluster": "../../x" };
  const spec = { deploymentID: ":".repeat(2_000), options: null };
  const oddDeployment = { ready: "yes", conditions: {}, nonReadyStatus: [null, { summary: 3 }], modifiedStatus: "many" };
  stage.create(kinds.bundleDeployment, { metadata: { name: "garbage-deployment", labels: tied }, spec, status: oddDeployment });
  stage.create(kinds.cluster, { metadata: { name: "garbage-cluster" }, status: { agent: "here", summary: 1 } });
  const ownerReferences = [null, { kind: "GitRepo" }, { apiVersion: "fleet.cattle.io/v9", kind: "GitRepo", uid: 7 }] as never;
  stage.create(kinds.job, { metadata: { name: "garbage-job", annotations: { generation: "many" }, ownerReferences }, spec: {} });
}

interface StoredStream {
  readonly identity: { readonly gitRepoName: string };
  readonly queue: readonly unknown[];
}

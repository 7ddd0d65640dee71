import { Octokit } from "@octokit/rest";
import nock from "nock";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitHubUnderTest, type GitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import { acmeShop as repository, neverAborted as signal } from "../../test/github/destination-under-test.ts";
import { limits } from "../core/limits.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import type { GitHubClients } from "./clients.ts";
import { NotInstalledError } from "./not-installed-error.ts";
import { GitHubRepositoryHost } from "./repository-host.ts";
import { silent } from "./token-clients.ts";

let github: GitHubUnderTest;
let warnings: string[] = [];
beforeEach(async () => {
  github = await gitHubUnderTest();
  warnings = [];
});
afterEach(async () => {
  await github.close();
  expect(github.world.violations).toEqual([]);
});

const log = pino({ level: "warn" }, { write: (line: string) => warnings.push(line) });
const clientsOf = (octokit: Octokit): GitHubClients => ({
  forRepository: async () => octokit,
  botLogin: async () => "ada",
  forget() {},
});
const hostWith = (octokit: Octokit) =>
  new GitHubRepositoryHost({ clientsOf: async () => clientsOf(octokit), clock: new VirtualClock(github.world.now()), log });
const host = () => hostWith(github.octokit());
const commit = async (name: string) => await github.shop.git.commit({ [name]: name }, { message: name });
const queries = () => github.world.requests.map(({ path, query }) => `${path}${query}`);

describe("how one commit stands to another", () => {
  const relation = async (base: string, head: string) => await host().relation({ repository, base, head }, signal);

  test("ahead, behind, same", async () => {
    const second = await commit("two");
    expect(await relation(github.first, second)).toMatchObject({ kind: "known", status: "ahead" });
    expect(await relation(second, github.first)).toMatchObject({ kind: "known", status: "behind" });
    expect(await relation(second, second)).toMatchObject({ kind: "known", status: "same" });
  });

  test("asks for no file, and gives the parents that came with the answer", async () => {
    const second = await commit("two");
    const third = await commit("three");
    expect(await relation(second, third)).toMatchObject({ commits: [{ sha: second, parents: [github.first] }, { sha: second }] });
    expect(queries()).toEqual([`/repos/acme/shop/compare/${second}...${third}?per_page=1&page=2`]);
  });

  test("diverged, and diverged where GitHub finds no common ancestor", async () => {
    const second = await commit("two");
    await github.shop.git.createBranch("other", github.first);
    const other = await github.shop.git.commit({ x: "x" }, { branch: "other" });
    expect(await relation(second, other)).toMatchObject({ kind: "known", status: "diverged" });
    nock(github.url)
      .get(/compare/)
      .reply(404, { message: `No common ancestor between ${second} and ${other}.` });
    expect(await relation(second, other)).toMatchObject({ kind: "known", status: "diverged" });
    nock.cleanAll();
  });

  test("a commit that GitHub does not know (yet)", async () => {
    const second = await commit("two");
    github.shop.hideCommit(second);
    expect(await relation(github.first, second)).toEqual({ kind: "commitNotKnown" });
  });

  test("a repository that is not on GitHub, or not for us to see, is not waited for", async () => {
    const elsewhere = { ...repository, name: "nowhere" };
    const [base, head] = ["a".repeat(40), "b".repeat(40)];
    expect(await host().relation({ repository: elsewhere, base, head }, signal)).toMatchObject({ kind: "noRepository" });
    const range = { repository: elsewhere, base: "", head, branch: "main" };
    expect(await host().pullRequests(range, signal)).toMatchObject({ kind: "noRepository" });
  });

  test("a limit says until when; no answer and a wrong key are tried again", async () => {
    github.world.fault({ kind: "primaryLimit", resetInSeconds: 90, times: 1 });
    expect(await relation(github.first, "a".repeat(40))).toMatchObject({
      kind: "unavailable",
      retryAtMs: github.world.now() + 90_000,
    });
    github.world.fault({ kind: "compareTooLong", times: 1 });
    expect(await relation(github.first, "a".repeat(40))).toMatchObject({ kind: "unavailable", retryAtMs: 0 });
    const answer = await hostWith(github.octokit("wrong")).relation({ repository, base: github.first, head: "a" }, signal);
    expect(answer).toMatchObject({ kind: "unavailable", reason: expect.stringContaining("Check the App's key") as string });
  });

  test("an answer that was cut off is no answer", async () => {
    nock(github.url)
      .get(/compare/)
      .reply(200, '{"status":"ah', { "content-type": "application/json" });
    expect(await relation(github.first, "a".repeat(40))).toMatchObject({ kind: "unavailable" });
    nock.cleanAll();
  });

  test("without the permission it can never be told: that is said once, and holds up nothing", async () => {
    const { id } = github.world.install("acme/shop", { metadata: "read" });
    const octokit = github.octokit(github.world.installations.createToken(id).token);
    const asked = hostWith(octokit);
    const question = { repository, base: github.first, head: "a".repeat(40) };
    expect(await asked.relation(question, signal)).toMatchObject({ kind: "noRepository" });
    await asked.relation(question, signal);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("Grant the App the permissions of app.yml");
  });

  test("given up with the lease, before or on the way: an answer too, never an exception", async () => {
    github.world.fault({ kind: "hang", times: 1 });
    const abort = new AbortController();
    const question = { repository, base: github.first, head: github.first };
    const hanging = host().relation(question, abort.signal);
    abort.abort();
    expect(await hanging).toMatchObject({ kind: "unavailable", retryAtMs: 0 });
    expect(await host().relation(question, abort.signal)).toMatchObject({ kind: "unavailable" });
    expect(await host().branchHead({ repository, branch: "main" }, abort.signal)).toMatchObject({ kind: "unavailable" });
    expect(await host().pullRequests({ ...question, branch: "" }, abort.signal)).toMatchObject({ kind: "unavailable" });
  });

  test("not installed", async () => {
    const clients = { ...clientsOf(github.octokit()), forRepository: () => Promise.reject(new NotInstalledError("Install it")) };
    const asked = new GitHubRepositoryHost({ clientsOf: async () => clients, clock: new VirtualClock(0) });
    const answer = await asked.relation({ repository, base: "a", head: "b" }, signal);
    expect(answer).toEqual({ kind: "noRepository", reason: "Install it" });
  });
});

describe("where a branch is", () => {
  test("the head, and a 304 while it stays there, which costs nothing of the limit", async () => {
    const asked = host();
    const question = { repository, branch: "main" };
    expect(await asked.branchHead(question, signal)).toEqual({ kind: "head", sha: github.first });
    expect(await asked.branchHead(question, signal)).toEqual({ kind: "head", sha: github.first });
    expect(github.world.requests.map((it) => it.status)).toEqual([200, 304]);
    const second = await commit("two");
    expect(await asked.branchHead(question, signal)).toEqual({ kind: "head", sha: second });
  });

  test("a branch with a slash; no branch is master, as for Fleet", async () => {
    await github.shop.git.createBranch("release/1.0", github.first);
    expect(await host().branchHead({ repository, branch: "release/1.0" }, signal)).toMatchObject({ sha: github.first });
    expect(await host().branchHead({ repository, branch: "" }, signal)).toEqual({ kind: "commitNotKnown" });
    expect(queries().at(-1)).toContain("heads%2Fmaster");
  });
});

describe("the pull requests that came in with a range of commits", () => {
  const merged = async (method: "merge" | "squash" | "rebase", base?: string) => {
    const title = `${method} ${github.shop.pullRequests().length}`;
    const { number } = await github.shop.openPullRequest({ title, ...(base === undefined ? {} : { base }) }, { [title]: "x" });
    return await github.shop.mergePullRequest(number, method);
  };
  const inRange = async (base: string, head: string, branch = "main") => {
    const answer = await host().pullRequests({ repository, base, head, branch }, signal);
    if (answer.kind !== "pullRequests") throw new Error(answer.kind);
    return answer;
  };

  test("merged, squashed and rebased, oldest first, each once, and the range's parents with them", async () => {
    const pullRequests = [];
    for (const method of ["merge", "squash", "rebase"] as const) {
      github.advance(60_000);
      pullRequests.push(await merged(method));
    }
    const head = pullRequests[2]?.mergeCommitSha ?? "";
    const answer = await inRange(github.first, head);
    expect(answer.pullRequests.map((it) => [it.number, it.mergeCommit, it.headSha])).toEqual(
      pullRequests.map((it) => [it.number, it.mergeCommitSha, it.headSha]),
    );
    expect(answer.commits.length).toBeGreaterThanOrEqual(4);
    expect(answer.commits.every((it) => it.parents.length > 0)).toBe(true);
  });

  test("open ones and those that the commits merely pass through do not count", async () => {
    await github.shop.git.createBranch("release", github.first);
    const toRelease = await merged("merge", "release");
    await github.shop.openPullRequest({ title: "Open" }, { open: "x" });
    const answer = await inRange(github.first, toRelease.headSha, "main");
    expect(answer.pullRequests).toEqual([]);
  });

  test("without a base those of the one commit", async () => {
    const one = await merged("squash");
    const two = await merged("squash");
    expect((await inRange("", two.mergeCommitSha ?? "")).pullRequests.map((it) => it.number)).toEqual([two.number]);
    expect(one.number).not.toBe(two.number);
  });

  test("commits are asked for in batches of fifty, in one GraphQL query each", async () => {
    const shas = Array.from({ length: 60 }, (_, index) => index.toString(16).padStart(40, "0"));
    const asked: number[] = [];
    nock("https://api.github.com")
      .get(/compare/)
      .query(true)
      .reply(200, { total_commits: 60, commits: shas.map((sha) => ({ sha, parents: [] })) })
      .post("/graphql", (body: { query: string }) => asked.push(body.query.split("object(").length - 1) > 0)
      .times(2)
      .reply(200, { data: { repository: { nameWithOwner: "acme/shop" } } });
    const octokit = new Octokit({ log: silent });
    await hostWith(octokit).pullRequests({ repository, base: "a".repeat(40), head: "b".repeat(40), branch: "main" }, signal);
    expect(asked).toEqual([50, 10]);
    expect(nock.isDone()).toBe(true);
  });

  test("of a range beyond the bound the newest pages are read", async () => {
    const base = "b".repeat(40);
    const head = "c".repeat(40);
    const pages: number[] = [];
    nock("https://api.github.com")
      .get(`/repos/acme/shop/compare/${base}...${head}`)
      .query((query) => pages.push(Number(query["page"])) > 0)
      .times(11)
      .reply(200, () => ({ total_commits: 2_345, commits: [{ sha: head, parents: [] }] }))
      .post("/graphql")
      .reply(200, { data: { repository: { nameWithOwner: "acme/shop" } } });
    const octokit = new Octokit({ log: silent });
    expect(await hostWith(octokit).pullRequests({ repository, base, head, branch: "main" }, signal)).toMatchObject({
      pullRequests: [],
    });
    expect(pages).toEqual([1, ...Array.from({ length: limits.rangeCommitsMax / 100 }, (_, index) => 15 + index)]);
    expect(nock.isDone()).toBe(true);
  });

  test("a range that GitHub cannot compare is its head alone", async () => {
    const { mergeCommitSha, number } = await merged("squash");
    github.world.fault({ kind: "compareTooLong", times: 1 });
    expect((await inRange(github.first, mergeCommitSha ?? "")).pullRequests.map((it) => it.number)).toEqual([number]);
  });

  test("without the permission there are none to be told, which holds up nothing", async () => {
    const { id } = github.world.install("acme/shop", { metadata: "read", contents: "read" });
    const octokit = github.octokit(github.world.installations.createToken(id).token);
    const { mergeCommitSha } = await merged("squash");
    const answer = await hostWith(octokit).pullRequests(
      { repository, base: "", head: mergeCommitSha ?? "", branch: "main" },
      signal,
    );
    expect(answer).toMatchObject({ kind: "noRepository", reason: expect.stringContaining("not accessible") as string });
  });

  test("GraphQL's limit, said with 200, is waited for", async () => {
    github.world.fault({ kind: "primaryLimit", resetInSeconds: 60, match: { path: "/graphql" }, times: 1 });
    const answer = await host().pullRequests({ repository, base: "", head: github.first, branch: "main" }, signal);
    expect(answer).toMatchObject({ kind: "unavailable", retryAtMs: github.world.now() + 60_000 });
  });

  test("on a GHES too, whose GraphQL is at /api/graphql", async () => {
    const { mergeCommitSha } = await merged("squash");
    const octokit = new Octokit({ auth: "ada-token", baseUrl: `${github.url}/api/v3`, log: silent });
    const answer = await hostWith(octokit).pullRequests(
      { repository, base: "", head: mergeCommitSha ?? "", branch: "main" },
      signal,
    );
    expect(answer).toMatchObject({ pullRequests: [{ mergeCommit: mergeCommitSha }] });
  });

  test("a commit that GitHub forgot: not known, so that it is given up in time", async () => {
    const answer = await host().pullRequests({ repository, base: "d".repeat(40), head: github.first, branch: "main" }, signal);
    expect(answer).toEqual({ kind: "commitNotKnown" });
  });
});

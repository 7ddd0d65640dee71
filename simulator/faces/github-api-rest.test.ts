import type { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gitHubUnderTest, shopParameters, type GitHubUnderTest } from "./github-api-under-test.ts";

let github: GitHubUnderTest;
let octokit: Octokit;
beforeAll(async () => {
  github = await gitHubUnderTest();
  octokit = github.octokit();
});
afterAll(async () => {
  await github.close();
  expect(github.world.violations).toEqual([]);
});

interface Refusal {
  readonly status: number;
  readonly response: { readonly data: { message: string; documentation_url: string; errors?: unknown[]; status: string } };
}
async function refusal(request: Promise<unknown>): Promise<Refusal> {
  return request.then(
    () => expect.fail("It was not refused."),
    (error: unknown) => error as Refusal,
  );
}

describe("commit statuses", () => {
  test("are posted, listed, combined, and shown by the world", async () => {
    const { first, world } = github;
    const status = { ...shopParameters, sha: first, context: "fleet/shop" };
    await octokit.rest.repos.createCommitStatus({ ...status, state: "pending", description: "Waiting" });
    const created = await octokit.rest.repos.createCommitStatus({
      ...status,
      state: "success",
      target_url: "https://x.example/",
    });
    expect(created.status).toBe(201);
    expect(created.data).toMatchObject({ state: "success", context: "fleet/shop", description: null, creator: { login: "ada" } });
    expect(world.statuses("acme/shop", first).map(({ state }) => state)).toEqual(["success", "pending"]);

    const listed = await octokit.rest.repos.listCommitStatusesForRef({ ...shopParameters, ref: "main", per_page: 100 });
    expect(listed.data.map(({ state }) => state)).toEqual(["success", "pending"]);
    const combined = await octokit.rest.repos.getCombinedStatusForRef({ ...shopParameters, ref: first });
    expect(combined.data).toMatchObject({ state: "success", total_count: 1, sha: first });
  });

  test("an unknown SHA is 422 in GitHub's words and shape", async () => {
    const sha = "0".repeat(40);
    const { status, response } = await refusal(
      octokit.rest.repos.createCommitStatus({ ...shopParameters, sha, state: "success" }),
    );
    expect(status).toBe(422);
    expect(response.data).toEqual({
      message: `No commit found for SHA: ${sha}`,
      documentation_url: "https://docs.github.com/rest/commits/statuses#create-a-commit-status",
      status: "422",
    });
  });

  test("a description that is too long is 422 with an errors entry", async () => {
    const status = { ...shopParameters, sha: github.first, state: "success", description: "x".repeat(141) } as const;
    const { response } = await refusal(octokit.rest.repos.createCommitStatus(status));
    const message = "description is too long (maximum is 140 characters)";
    expect(response.data.message).toBe("Validation Failed");
    expect(response.data.errors).toEqual([{ resource: "Status", code: "custom", field: "description", message }]);
  });
});

describe("compare", () => {
  let commits: string[];
  let side: string;
  beforeAll(async () => {
    commits = [github.first];
    for (let count = 0; count < 5; count += 1)
      commits.push(await github.shop.git.commit({ count: String(count) }, { branch: "long", parents: [commits.at(-1)!] }));
    side = await github.shop.git.commit({ side: "1" }, { branch: "side", parents: [github.first] });
  });
  const compare = (base: string, head: string, more: { per_page?: number; page?: number } = {}) =>
    octokit.rest.repos.compareCommitsWithBasehead({ ...shopParameters, basehead: `${base}...${head}`, ...more });

  test("says ahead, behind, identical and diverged, with counts and the merge base", async () => {
    const { first } = github;
    expect((await compare(first, "long")).data).toMatchObject({ status: "ahead", ahead_by: 5, behind_by: 0, total_commits: 5 });
    expect((await compare("long", first)).data).toMatchObject({ status: "behind", ahead_by: 0, behind_by: 5, commits: [] });
    expect((await compare(first, first)).data).toMatchObject({ status: "identical", ahead_by: 0 });
    expect((await compare("long", side)).data).toMatchObject({
      status: "diverged",
      ahead_by: 1,
      behind_by: 5,
      merge_base_commit: { sha: first },
    });
  });

  test("lists commits with their parents, oldest first, in pages when asked for", async () => {
    const all = await compare(github.first, "long");
    expect(all.data.commits.map(({ sha }) => sha)).toEqual(commits.slice(1));
    expect(all.data.commits[0]?.parents[0]?.sha).toBe(github.first);
    const second = await compare(github.first, "long", { per_page: 2, page: 2 });
    expect(second.data.commits.map(({ sha }) => sha)).toEqual(commits.slice(3, 5));
    expect(second.data.files).toBeUndefined();
    expect(second.headers.link).toMatch(/page=3>; rel="next", .*page=3>; rel="last"/);
  });

  test("an unknown side is 404 Not Found, no common history is 404 in other words", async () => {
    const root = await github.shop.git.commit({ alone: "1" }, { branch: "alone" });
    expect((await refusal(compare(github.first, "0".repeat(40)))).response.data.message).toBe("Not Found");
    const { status, response } = await refusal(compare(github.first, root));
    expect([status, response.data.message]).toEqual([404, `No common ancestor between ${github.first} and ${root}.`]);
  });
});

describe("commits and branches", () => {
  test("a branch's head by commit, by its SHA alone, by reference and by branch", async () => {
    await github.shop.git.createBranch("feature/x", github.first);
    const commit = await octokit.rest.repos.getCommit({ ...shopParameters, ref: "feature/x" });
    expect(commit.data).toMatchObject({ sha: github.first, commit: { message: "Begin" }, parents: [] });
    const alone = await octokit.rest.repos.getCommit({ ...shopParameters, ref: "feature/x", mediaType: { format: "sha" } });
    expect(alone.data).toBe(github.first);
    const reference = await octokit.rest.git.getRef({ ...shopParameters, ref: "heads/feature/x" });
    expect(reference.data).toMatchObject({ ref: "refs/heads/feature/x", object: { type: "commit", sha: github.first } });
    expect((await octokit.rest.repos.getBranch({ ...shopParameters, branch: "feature/x" })).data.commit.sha).toBe(github.first);
  });

  test("what is not there is 422 as a commit, and 404 as a reference or a branch", async () => {
    const commit = await refusal(octokit.rest.repos.getCommit({ ...shopParameters, ref: "nowhere" }));
    expect([commit.status, commit.response.data.message]).toEqual([422, "No commit found for SHA: nowhere"]);
    expect((await refusal(octokit.rest.git.getRef({ ...shopParameters, ref: "heads/nowhere" }))).status).toBe(404);
    const branch = await refusal(octokit.rest.repos.getBranch({ ...shopParameters, branch: "nowhere" }));
    expect([branch.status, branch.response.data.message]).toEqual([404, "Branch not found"]);
  });

  test("an empty repository is 409", async () => {
    await github.world.createRepository("acme/empty");
    const { status, response } = await refusal(octokit.rest.repos.getCommit({ owner: "acme", repo: "empty", ref: "main" }));
    expect([status, response.data.message]).toEqual([409, "Git Repository is empty."]);
  });

  test("a commit that the API does not know yet is not shown, and its branch still points at the one before", async () => {
    const { shop, first } = github;
    const late = await shop.git.commit({ late: "1" }, { branch: "late", parents: [first] });
    shop.hideCommit(late);
    expect((await refusal(octokit.rest.repos.getCommit({ ...shopParameters, ref: late }))).status).toBe(422);
    const compared = octokit.rest.repos.compareCommitsWithBasehead({ ...shopParameters, basehead: `${first}...${late}` });
    expect((await refusal(compared)).status).toBe(404);
    expect((await octokit.rest.repos.getBranch({ ...shopParameters, branch: "late" })).data.commit.sha).toBe(first);
    shop.revealCommit(late);
    expect((await octokit.rest.repos.getBranch({ ...shopParameters, branch: "late" })).data.commit.sha).toBe(late);
  });

  test("an unchanged answer is 304 and costs nothing of the limit; a changed one is sent", async () => {
    const { shop, first, world } = github;
    await shop.git.createBranch("etag", first);
    const ask = (etag?: string) =>
      octokit.rest.repos.getBranch({
        ...shopParameters,
        branch: "etag",
        headers: etag === undefined ? {} : { "if-none-match": etag },
      });
    const { headers } = await ask();
    const { used } = world.rateLimits.state("user ada", "core");
    expect((await refusal(ask(headers.etag))).status).toBe(304);
    expect(world.rateLimits.state("user ada", "core").used).toBe(used);
    await shop.git.commit({ etag: "2" }, { branch: "etag" });
    expect((await ask(headers.etag)).status).toBe(200);
  });
});

describe("pull requests and their comments", () => {
  test("a merged pull request is found by its commits", async () => {
    const { shop } = github;
    const { number, headSha } = await shop.openPullRequest({ title: "Add <b>", body: "why" }, { added: "1" });
    const { mergeCommitSha } = await shop.mergePullRequest(number);
    for (const sha of [headSha, mergeCommitSha!]) {
      const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...shopParameters, commit_sha: sha });
      expect(data).toMatchObject([
        { number, title: "Add <b>", state: "closed", merge_commit_sha: mergeCommitSha, head: { sha: headSha } },
      ]);
    }
    const { data } = await octokit.rest.pulls.get({ ...shopParameters, pull_number: number });
    expect(data).toMatchObject({ merged: true, commits: 1, base: { ref: "main" } });
  });

  test("comments past the first page are found by following Link headers", async () => {
    const { shop, world } = github;
    const { number } = await shop.openPullRequest({ title: "Talk" }, { talk: "1" });
    for (let count = 1; count <= 35; count += 1) {
      await octokit.rest.issues.createComment({ ...shopParameters, issue_number: number, body: `comment ${count}` });
    }
    const firstPage = await octokit.rest.issues.listComments({ ...shopParameters, issue_number: number });
    expect(firstPage.data).toHaveLength(30);
    expect(firstPage.headers.link).toContain(`/repositories/${shop.id}/issues/${number}/comments?page=2>; rel="next"`);
    const all = await octokit.paginate(octokit.rest.issues.listComments, { ...shopParameters, issue_number: number });
    expect(all.map(({ body }) => body).at(-1)).toBe("comment 35");

    const last = all.at(-1)!;
    github.advance(60_000);
    await octokit.rest.issues.updateComment({ ...shopParameters, comment_id: last.id, body: "edited" });
    expect(world.comments("acme/shop", number).at(-1)?.body).toBe("edited");
    const since = new Date(world.now()).toISOString();
    const changed = await octokit.rest.issues.listComments({ ...shopParameters, issue_number: number, since });
    expect(changed.data.map(({ id }) => id)).toEqual([last.id]);
    expect((await octokit.rest.issues.getComment({ ...shopParameters, comment_id: last.id })).data.user?.login).toBe("ada");
  });

  test("a locked conversation is 403, one that is gone 410, one that never was 404", async () => {
    const { shop } = github;
    const { number } = await shop.openPullRequest({ title: "Locked" }, { locked: "1" });
    const comment = (issueNumber: number) =>
      refusal(octokit.rest.issues.createComment({ ...shopParameters, issue_number: issueNumber, body: "x" }));
    shop.setConversation(number, "locked");
    expect((await comment(number)).response.data.message).toBe("Unable to create comment because issue is locked.");
    shop.setConversation(number, "gone");
    expect((await comment(number)).status).toBe(410);
    expect((await refusal(octokit.rest.issues.listComments({ ...shopParameters, issue_number: number }))).status).toBe(410);
    expect((await comment(9_999)).status).toBe(404);
  });
});

describe("renamed repositories", () => {
  test("GET is redirected with 301 and a write with 307, to the address by id", async () => {
    const { world, url } = github;
    const old = await world.createRepository("acme/old");
    const sha = await old.git.commit({ file: "1" });
    world.renameRepository("acme/old", "acme/new");
    const headers = { "user-agent": "test", authorization: "token ada-token" };
    const read = await fetch(`${url}/repos/acme/old/commits/main?per_page=1`, { headers, redirect: "manual" });
    expect(read.status).toBe(301);
    expect(read.headers.get("location")).toBe(`${url}/repositories/${old.id}/commits/main?per_page=1`);
    const write = await fetch(`${url}/repos/acme/old/statuses/${sha}`, {
      method: "POST",
      headers,
      body: "{}",
      redirect: "manual",
    });
    expect([write.status, write.headers.get("location")]).toEqual([307, `${url}/repositories/${old.id}/statuses/${sha}`]);
    expect(await write.json()).toMatchObject({ message: "Moved Permanently" });

    await octokit.rest.repos.createCommitStatus({ owner: "acme", repo: "old", sha, state: "success" });
    expect(world.statuses("acme/new", sha)).toHaveLength(1);
    expect((await octokit.request("GET /repositories/{id}", { id: old.id })).data).toMatchObject({ full_name: "acme/new" });
  });
});

describe("the frame of every answer", () => {
  test("carries the limits, a request id and the needed permission", async () => {
    const { headers } = await octokit.rest.repos.getBranch({ ...shopParameters, branch: "main" });
    expect(headers).toMatchObject({ "x-ratelimit-limit": "5000", "x-ratelimit-resource": "core" });
    expect(headers["x-accepted-github-permissions"]).toBe("contents=read");
    expect(headers["x-github-request-id"]).toMatch(/^51A1:/);
    expect(Number(headers["x-ratelimit-reset"]) * 1000).toBeGreaterThan(github.world.now());
  });

  test("a GHES is under /api/v3, says its version, and has no limits", async () => {
    const enterprise = github.octokit();
    const { headers, data } = await enterprise.request(`GET ${github.url}/api/v3/repos/acme/shop`);
    expect(headers["x-github-enterprise-version"]).toBe("3.19.0");
    expect(headers["x-ratelimit-limit"]).toBeUndefined();
    expect(data.url).toBe(`${github.url}/api/v3/repos/acme/shop`);
  });

  test("nothing is known of a private repository without a token, and a wrong one is 401", async () => {
    expect((await refusal(github.octokit(null).rest.repos.get(shopParameters))).status).toBe(404);
    const { status, response } = await refusal(github.octokit("wrong").rest.repos.get(shopParameters));
    expect([status, response.data.message]).toEqual([401, "Bad credentials"]);
  });

  test("every request is recorded, with who sent it and what was answered", async () => {
    const { world, first } = github;
    await octokit.rest.repos.createCommitStatus({ ...shopParameters, sha: first, state: "error", context: "recorded" });
    expect(world.requests.at(-1)).toEqual({
      atMs: world.now(),
      method: "POST",
      path: `/repos/acme/shop/statuses/${first}`,
      query: "",
      body: { state: "error", context: "recorded" },
      from: "user ada",
      status: 201,
    });
  });
});

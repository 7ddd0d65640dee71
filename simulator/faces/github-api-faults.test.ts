import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startGitHubApi } from "./github-api.ts";
import { gitHubUnderTest, shopParameters, type GitHubUnderTest } from "./github-api-under-test.ts";

let github: GitHubUnderTest;
beforeEach(async () => {
  github = await gitHubUnderTest();
});
afterEach(() => github.close());

const postStatus = () =>
  github.octokit().rest.repos.createCommitStatus({ ...shopParameters, sha: github.first, state: "success", context: "fleet" });
const shown = () => github.world.statuses("acme/shop", github.first).length;

interface Refusal {
  readonly status: number;
  readonly response?: { readonly headers: Record<string, string>; readonly data: { message: string } };
}
async function refusal(request: Promise<unknown>): Promise<Refusal> {
  return request.then(
    () => expect.fail("It was not refused."),
    (error: unknown) => error as Refusal,
  );
}

describe("faults", () => {
  test("a reset before the effect leaves nothing; a reset after it leaves the status, and the client knows of neither", async () => {
    github.world.fault({ kind: "resetBefore", times: 1 });
    const before = await refusal(postStatus());
    expect([before.response, shown()]).toEqual([undefined, 0]);
    github.world.fault({ kind: "resetAfter", times: 1 });
    const after = await refusal(postStatus());
    expect([after.response, shown()]).toEqual([undefined, 1]);
    expect(github.world.requests.map(({ status }) => status)).toEqual([0, 0]);
    expect((await postStatus()).status).toBe(201);
  });

  test("a primary limit says when it ends, and has no effect", async () => {
    github.world.fault({ kind: "primaryLimit", resetInSeconds: 90, times: 1 });
    const { status, response } = await refusal(postStatus());
    expect([status, shown()]).toEqual([403, 0]);
    expect(response?.headers["x-ratelimit-remaining"]).toBe("0");
    expect(Number(response?.headers["x-ratelimit-reset"])).toBe(github.world.now() / 1000 + 90);
    expect(response?.headers["retry-after"]).toBeUndefined();
    expect(response?.data.message).toBe("API rate limit exceeded for user ada.");
  });

  test("a budget that is used up is the same, and comes back after an hour; GraphQL has its own and says so with 200", async () => {
    github.world.rateLimits.limit = 2;
    await postStatus();
    await postStatus();
    expect((await refusal(postStatus())).response?.headers["x-ratelimit-remaining"]).toBe("0");
    const query = "{ rateLimit { remaining } }";
    expect(await github.octokit().graphql(query)).toEqual({ rateLimit: { remaining: 2 } });
    await github.octokit().graphql(query);
    await expect(github.octokit().graphql(query)).rejects.toMatchObject({ errors: [{ type: "RATE_LIMITED" }] });
    expect(github.world.requests.at(-1)?.status).toBe(200);
    github.advance(3_600_000);
    expect((await postStatus()).headers["x-ratelimit-remaining"]).toBe("1");
  });

  test("a secondary limit says how long to wait, or nothing", async () => {
    github.world.fault({ kind: "secondaryLimit", retryAfterSeconds: 60, times: 1 });
    const told = await refusal(postStatus());
    expect([told.status, told.response?.headers["retry-after"]]).toEqual([403, "60"]);
    expect(told.response?.data.message).toMatch(/secondary rate limit/);
    github.world.fault({ kind: "secondaryLimit", status: 429, times: 1 });
    const untold = await refusal(postStatus());
    expect([untold.status, untold.response?.headers["retry-after"], shown()]).toEqual([429, undefined, 0]);
  });

  test("hit only what they are for, as often and as long as they say", async () => {
    const { world, octokit } = github;
    world.fault({
      kind: "serverError",
      status: 502,
      match: { method: "POST", path: /\/statuses\// },
      untilMs: world.now() + 1_000,
    });
    await octokit().rest.repos.getBranch({ ...shopParameters, branch: "main" });
    expect((await refusal(postStatus())).status).toBe(502);
    github.advance(1_000);
    await postStatus();
    const remove = world.fault({ kind: "serverError", status: 500 });
    expect((await refusal(postStatus())).status).toBe(500);
    remove();
    await postStatus();
  });

  test("a compare may say that the diff takes too long", async () => {
    github.world.fault({ kind: "compareTooLong", match: { path: /\/compare\// } });
    const compare = github
      .octokit()
      .rest.repos.compareCommitsWithBasehead({ ...shopParameters, basehead: `${github.first}...main` });
    expect(await refusal(compare)).toMatchObject({ status: 500, response: { data: { errors: [{ resource: "Comparison" }] } } });
  });

  test("latency takes effect at once and answers late; a client that went away cannot know", async () => {
    github.world.fault({ kind: "latency", latencyMs: 60_000 });
    const leaving = new AbortController();
    const posted = github.octokit().rest.repos.createCommitStatus({
      ...shopParameters,
      sha: github.first,
      state: "success",
      request: { signal: leaving.signal },
    });
    const gone = refusal(posted);
    await expect.poll(shown).toBe(1);
    leaving.abort();
    expect((await gone).response).toBeUndefined();
  });

  test("a hanging GitHub never answers and does nothing", async () => {
    github.world.fault({ kind: "hang" });
    const leaving = new AbortController();
    const asked = refusal(github.octokit().rest.repos.get({ ...shopParameters, request: { signal: leaving.signal } }));
    await expect.poll(() => github.world.requests.length).toBe(1);
    leaving.abort();
    await asked;
    expect(github.world.requests[0]?.status).toBe(0);
  });
});

describe("outages", () => {
  test("refused: nothing listens, open connections are cut, and the address is the same when it is back", async () => {
    await postStatus();
    github.world.setOutage("refused");
    await expect(fetch(github.url)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    github.world.setOutage("up");
    expect((await postStatus()).status).toBe(201);
  });

  test("503: a page, not JSON, and no effect", async () => {
    github.world.setOutage("503");
    const { status, response } = await refusal(postStatus());
    expect([status, shown(), response?.headers["content-type"]]).toEqual([503, 0, "text/html; charset=utf-8"]);
  });

  test("closing while it is refused leaves nothing that listens", async () => {
    const api = await startGitHubApi(github.world, { validate: false });
    github.world.setOutage("refused");
    await api.close();
    github.world.setOutage("up");
    const server = createServer().listen(Number(new URL(api.url).port), "127.0.0.1");
    await once(server, "listening");
    expect((server.address() as AddressInfo).port).toBe(Number(new URL(api.url).port));
    server.close();
    await once(server, "close");
  });
});

import { Octokit } from "@octokit/rest";
import nock from "nock";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../core/delivery/outcome.ts";
import { limits } from "../core/limits.ts";
import { NotInstalledError } from "./not-installed-error.ts";
import { gitHubOutcome } from "./outcome.ts";
import { silent } from "./token-clients.ts";

const now = Date.UTC(2026, 10, 23, 12, 0, 0);
const status = { owner: "acme", repo: "shop", sha: "a".repeat(40), state: "success" } as const;

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.restore();
  nock.activate();
});

async function outcomeOf(request: Promise<unknown>, isWrite: boolean): Promise<Outcome> {
  try {
    await request;
  } catch (error) {
    return gitHubOutcome(error, { isWrite, now });
  }
  throw new Error("the request succeeded");
}

const octokit = (options: ConstructorParameters<typeof Octokit>[0] = {}) => new Octokit({ log: silent, ...options });
const write = async () => await outcomeOf(octokit().rest.repos.createCommitStatus(status), true);
const read = async () => await outcomeOf(octokit().rest.repos.get({ owner: "acme", repo: "shop" }), false);
const answerWrite = (code: number, body: object | string, headers: Record<string, string> = {}) =>
  nock("https://api.github.com").post(`/repos/acme/shop/statuses/${status.sha}`).reply(code, body, headers);
const answerRead = (code: number, body: object | string, headers: Record<string, string> = {}) =>
  nock("https://api.github.com").get("/repos/acme/shop").reply(code, body, headers);

describe("rate limits rest the endpoint until GitHub says (github-facts §1.7)", () => {
  const resting = (ms: number) => ({ kind: "retry", notBeforeMs: now + ms, endpointUntilMs: now + ms });
  const secondary = { message: "You have exceeded a secondary rate limit." };

  test("primary: until x-ratelimit-reset", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 1_200) };
    answerWrite(403, { message: "API rate limit exceeded for installation ID 7." }, headers);
    expect(await write()).toMatchObject(resting(1_200_000));
  });

  test("secondary: retry-after, else at least a minute", async () => {
    answerWrite(403, secondary, { "retry-after": "30", "x-ratelimit-remaining": "4000" });
    expect(await write()).toMatchObject(resting(30_000));
    answerWrite(403, secondary, { "x-ratelimit-remaining": "4000" });
    expect(await write()).toMatchObject(resting(limits.secondaryLimitMs));
    answerRead(429, "");
    expect(await read()).toMatchObject(resting(limits.secondaryLimitMs));
  });

  test("a reset beyond the longest window, or one that is over, is not believed", async () => {
    const at = (ms: number) => ({ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(ms / 1_000) });
    answerRead(403, {}, at(now + 1e12));
    expect(await read()).toMatchObject(resting(limits.retryAfterMaxMs));
    answerRead(403, {}, at(now - 60_000));
    expect(await read()).toMatchObject(resting(1_000));
  });

  test("GraphQL says so with 200", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 60) };
    nock("https://api.github.com")
      .post("/graphql")
      .reply(200, { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] }, headers);
    expect(await outcomeOf(octokit().graphql("query{viewer{login}}"), false)).toMatchObject(resting(60_000));
  });
});

describe("no answer", () => {
  test.each([500, 502, 503, 504])("%i leaves open whether a write took effect; a read is tried again", async (code) => {
    const page = "<!DOCTYPE html><html><title>Unicorn!</title></html>";
    answerWrite(code, page);
    const reason = `GitHub ${code}: a page instead of an answer`;
    expect(await write()).toEqual({ kind: "unknown", reason, settledMs: now + limits.unknownOutcomeMs });
    answerRead(code, page);
    expect(await read()).toEqual({ kind: "retry", reason, notBeforeMs: 0, endpointUntilMs: 0 });
  });

  test("a connection that is cut leaves it open too", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    nock.enableNetConnect("127.0.0.1");
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cut = await outcomeOf(octokit({ baseUrl }).rest.repos.createCommitStatus(status), true);
    expect(cut).toMatchObject({ kind: "unknown", settledMs: now + limits.unknownOutcomeMs });
    await new Promise((resolve) => server.close(resolve));
  });

  test("our own time-out may come before GitHub's: it counts from when the request arrived", async () => {
    const fetch = () => Promise.reject(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    const outcome = await outcomeOf(octokit({ request: { fetch } }).rest.repos.createCommitStatus(status), true);
    expect(outcome).toMatchObject({ kind: "unknown", settledMs: now + limits.unknownOutcomeMs });
  });

  test("a connection that was never made: nothing arrived", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    nock.enableNetConnect("127.0.0.1");
    const refused = octokit({ baseUrl: `http://127.0.0.1:${port}` }).rest.repos.createCommitStatus(status);
    expect(await outcomeOf(refused, true)).toMatchObject({ kind: "retry", endpointUntilMs: 0 });
  });

  test.each(["ENOTFOUND", "CERT_HAS_EXPIRED", "UND_ERR_CONNECT_TIMEOUT"])("%s: nothing arrived", async (code) => {
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));
    const outcome = await outcomeOf(octokit({ request: { fetch } }).rest.repos.createCommitStatus(status), true);
    expect(outcome).toMatchObject({ kind: "retry", reason: code });
  });
});

describe("what cannot heal by trying is parked, and says the remedy", () => {
  test.each([
    [401, "Bad credentials", "Unauthorized", "Check the App's key and id, or the token"],
    [403, "Resource not accessible by integration", "Refused", "Grant it: statuses=write"],
    [403, "Unable to create comment because issue is locked.", "Refused", "locked"],
    [404, "Not Found", "NotFound", "the App or the token may use the repository"],
    [410, "This issue was deleted", "Gone", "deleted"],
    [422, "No commit found for SHA: aaa", "Refused", "No commit found"],
    [400, "Problems parsing JSON", "Refused", "Problems parsing JSON"],
  ])("%i %s", async (code, message, parkCode, remedy) => {
    answerWrite(code, { message }, { "x-accepted-github-permissions": "statuses=write" });
    const outcome = await write();
    expect(outcome).toMatchObject({ kind: "park", code: parkCode });
    expect((outcome as { reason: string }).reason).toContain(remedy);
  });

  test("a locked conversation is no missing permission", async () => {
    answerWrite(403, { message: "issue is locked" }, { "x-accepted-github-permissions": "pull_requests=write" });
    expect(await write()).toMatchObject({ reason: "GitHub 403: issue is locked" });
  });

  test("GraphQL's refusals are HTTP's", async () => {
    nock("https://api.github.com")
      .post("/graphql")
      .reply(200, {
        data: { repository: null },
        errors: [{ type: "FORBIDDEN", message: "Resource not accessible by integration" }],
      });
    const outcome = await outcomeOf(octokit().graphql("query{viewer{login}}"), false);
    expect(outcome).toMatchObject({ kind: "park", code: "Refused", reason: expect.stringContaining("app.yml") as string });
  });

  test("without an installation", () => {
    const error = new NotInstalledError("Install it there");
    expect(gitHubOutcome(error, { isWrite: true, now })).toEqual({
      kind: "park",
      code: "NotInstalled",
      reason: "Install it there",
    });
  });

  test("a long text of GitHub's is one line, and cut", async () => {
    answerWrite(422, { message: `Bad\n\u0007${"x".repeat(5_000)}` });
    const { reason } = (await write()) as { reason: string };
    expect(reason.length).toBeLessThan(limits.gitHubReasonMax + 20);
    expect(reason).toMatch(/^GitHub 422: Bad x+…$/);
  });
});

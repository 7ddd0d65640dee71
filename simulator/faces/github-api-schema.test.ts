import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { githubOperations, operationKey, type GitHubOperation } from "./github-api-operations.ts";
import { loadGitHubSchema } from "./github-api-schema.ts";
import { gitHubUnderTest, type GitHubUnderTest } from "./github-api-under-test.ts";

let github: GitHubUnderTest;
beforeAll(async () => {
  github = await gitHubUnderTest();
});
afterAll(() => github.close());
beforeEach(() => {
  github.world.violations.length = 0;
});

async function send(method: string, path: string, body?: unknown): Promise<{ status: number; message: string }> {
  const response = await fetch(`${github.url}${path}`, {
    method,
    headers: { authorization: "Bearer ada-token", "user-agent": "test" },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const { message } = (await response.json()) as { message: string };
  return { status: response.status, message };
}

describe("a request that GitHub's OpenAPI does not allow", () => {
  test("is answered with 422 and counted: a state that does not exist, a body that is missing, a number that is none", async () => {
    const statuses = `/repos/acme/shop/statuses/${github.first}`;
    const wrong = await send("POST", statuses, { state: "done" });
    expect(wrong.status).toBe(422);
    expect(wrong.message).toContain("/state must be equal to one of the allowed values");
    expect(await send("POST", statuses)).toMatchObject({ status: 422 });
    expect(await send("POST", statuses, { description: "no state" })).toMatchObject({ status: 422 });
    expect(await send("GET", `/repos/acme/shop/commits/main/statuses?per_page=many`)).toMatchObject({ status: 422 });
    expect(github.world.violations.map(({ of }) => of)).toEqual(["request", "request", "request", "request"]);
    expect(github.world.statuses("acme/shop", github.first)).toEqual([]);
  });

  test("is counted as well where there is no such operation", async () => {
    expect(await send("DELETE", "/repos/acme/shop")).toMatchObject({ status: 404 });
    expect(await send("GET", "/repos/acme/shop/nothing")).toMatchObject({ status: 404 });
    expect(github.world.violations).toHaveLength(2);
  });

  test("what is no JSON, or no object, is 400", async () => {
    expect(await send("POST", `/repos/acme/shop/statuses/${github.first}`, "{")).toEqual({
      status: 400,
      message: "Problems parsing JSON",
    });
    expect((await send("POST", "/graphql", "[]")).status).toBe(400);
  });

  test("no User-Agent is 403, as GitHub has it", async () => {
    const response = await fetch(`${github.url}/rate_limit`, { headers: { "user-agent": "" } });
    expect(response.status).toBe(403);
  });
});

describe("the vendored description", () => {
  const schema = loadGitHubSchema();
  const operation = (key: string): GitHubOperation => githubOperations.find((each) => operationKey(each) === key)!;

  test("finds an answer that GitHub would not give", () => {
    const status = operation("POST /repos/{owner}/{repo}/statuses/{sha}");
    expect(schema.responseProblems(status, { status: 201, body: { state: "success" } })).toContainEqual(
      expect.stringContaining("must have required property 'context'"),
    );
    const compare = operation("GET /repos/{owner}/{repo}/compare/{basehead}");
    expect(schema.responseProblems(compare, { status: 200, body: { status: "sideways" } })).not.toEqual([]);
  });

  test("has every operation that the simulator has, and takes null where GitHub does", () => {
    for (const each of githubOperations) {
      const parameters = {
        owner: "acme",
        repo: "shop",
        sha: "a",
        ref: "a",
        commit_sha: "a",
        code: "c",
        basehead: "a...b",
        branch: "a",
      };
      const numbers = {
        installation_id: "1",
        comment_id: "1",
        issue_number: "1",
        pull_number: "1",
        check_run_id: "1",
        deployment_id: "1",
      };
      const wanted = { name: "a", head_sha: "a", ref: "a", event_type: "a", state: "success", body: "text" };
      const body = each.method === "GET" ? undefined : wanted;
      const request = { parameters: { ...parameters, ...numbers }, query: new URLSearchParams(), body };
      expect(schema.requestProblems(each, request), operationKey(each)).toEqual([]);
    }
  });
});

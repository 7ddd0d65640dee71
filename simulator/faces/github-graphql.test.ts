import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseGraphql } from "./graphql-query.ts";
import { gitHubUnderTest, type GitHubUnderTest } from "./github-api-under-test.ts";

let github: GitHubUnderTest;
beforeAll(async () => {
  github = await gitHubUnderTest();
});
afterAll(() => github.close());
beforeEach(() => {
  github.world.violations.length = 0;
});

const ask = (query: string, variables: Record<string, unknown> = {}, token = "ada-token") =>
  github.octokit(token).graphql<{ repository: Record<string, unknown> }>(query, variables);

describe("GraphQL", () => {
  test("many commits and their pull requests in one request, by aliases", async () => {
    const { shop, world, first } = github;
    const shas: string[] = [];
    for (let count = 1; count <= 3; count += 1) {
      const { number } = await shop.openPullRequest({ title: `Change ${count}` }, { [`file-${count}`]: "1" });
      shas.push((await shop.mergePullRequest(number, "squash")).mergeCommitSha!);
    }
    const aliases = [...shas, first, "0".repeat(40)].map(
      (sha, index) => `c${index}: object(oid: "${sha}") { ... on Commit { oid ...pulls } }`,
    );
    const query = `
      query Pulls($owner: String!, $name: String = "nothing", $first: Int!) { # comment
        repository(owner: $owner, name: $name) { ${aliases.join("\n")} }
      }
      fragment pulls on Commit {
        associatedPullRequests(first: $first) { nodes { number title url state merged mergeCommit { oid } baseRefName headRefOid } }
      }`;
    const before = world.requests.length;
    const { repository } = await ask(query, { owner: "acme", name: "shop", first: 5 });
    expect(world.requests.length - before).toBe(1);
    expect(repository["c1"]).toEqual({
      oid: shas[1],
      associatedPullRequests: {
        nodes: [
          {
            number: 2,
            title: "Change 2",
            url: "https://github.com/acme/shop/pull/2",
            state: "MERGED",
            merged: true,
            mergeCommit: { oid: shas[1] },
            baseRefName: "main",
            headRefOid: shop.pullRequest(2).headSha,
          },
        ],
      },
    });
    expect(repository["c3"]).toEqual({ oid: first, associatedPullRequests: { nodes: [] } });
    expect(repository["c4"]).toBeNull();
    expect(world.violations).toEqual([]);
  });

  test("a branch compared with a SHA: BEHIND and IDENTICAL mean that the branch contains it", async () => {
    const { shop, first } = github;
    const aside = await shop.git.commit({ aside: "1" }, { branch: "aside", parents: [first] });
    const compare = (sha: string) => `compare(headRef: "${sha}") { status aheadBy behindBy }`;
    const { repository } = await ask(`{ repository(owner: "acme", name: "shop") { ref(qualifiedName: "refs/heads/main") {
      name target { oid } old: ${compare(first)} head: ${compare("main")} other: ${compare(aside)} } nowhere: ref(qualifiedName: "x") { name } } }`);
    expect(repository["ref"]).toMatchObject({
      name: "main",
      target: { oid: shop.history.head("main") },
      old: { status: "BEHIND" },
      head: { status: "IDENTICAL" },
      other: { status: "DIVERGED", aheadBy: 1 },
    });
    expect(repository["nowhere"]).toBeNull();
  });

  test("a repository that is not there, or not seen, is NOT_FOUND with null data", async () => {
    const query = `{ repository(owner: "acme", name: "nothing") { id } }`;
    await expect(ask(query)).rejects.toMatchObject({
      data: { repository: null },
      errors: [
        { type: "NOT_FOUND", path: ["repository"], message: "Could not resolve to a Repository with the name 'acme/nothing'." },
      ],
    });
  });

  test("a field without its permission is FORBIDDEN, and the rest is answered", async () => {
    const { world, first } = github;
    const { id } = world.install("acme/shop", { metadata: "read", contents: "read" });
    const { token } = world.installations.createToken(id);
    const query = `{ repository(owner: "acme", name: "shop") { name object(oid: "${first}") { ... on Commit { oid
      associatedPullRequests(first: 1) { totalCount } } } } }`;
    await expect(ask(query, {}, token)).rejects.toMatchObject({
      data: { repository: { name: "shop", object: { oid: first, associatedPullRequests: null } } },
      errors: [{ type: "FORBIDDEN", path: ["repository", "object", "associatedPullRequests"] }],
    });
  });

  test("a connection needs a size of at most 100", async () => {
    const query = (size: string) =>
      `{ repository(owner: "acme", name: "shop") { object(oid: "${github.first}") { ... on Commit { parents${size} { totalCount } } } } }`;
    await expect(ask(query(""))).rejects.toMatchObject({ errors: [{ type: "MISSING_PAGINATION_BOUNDARIES" }] });
    await expect(ask(query("(first: 101)"))).rejects.toMatchObject({ errors: [{ type: "EXCESSIVE_PAGINATION" }] });
  });

  test("what GitHub's schema does not have is refused whole, and counted", async () => {
    await expect(ask(`{ repository(owner: "acme", name: "shop") { colour } }`)).rejects.toMatchObject({
      errors: [{ message: "Field 'colour' doesn't exist on type 'Repository'" }],
    });
    await expect(ask(`{ repository(owner: "acme" `)).rejects.toMatchObject({
      errors: [{ message: "Unexpected end of document" }],
    });
    // The simulator itself would not mind.
    await expect(ask(`{ repository(owner: "acme", name: "shop", colour: "red") { id } }`)).rejects.toMatchObject({
      errors: [{ message: `Unknown argument "colour" on field "Query.repository".` }],
    });
    await expect(ask(`query($a: String!) { repository(owner: $a, name: "shop") { id } }`)).rejects.toThrow("$a");
    expect(github.world.violations).toHaveLength(4);
  });

  test("nobody asks without a token", async () => {
    await expect(github.octokit(null).graphql("{ viewer { login } }")).rejects.toMatchObject({ status: 401 });
  });
});

describe("the query reader", () => {
  test("reads values of every kind", () => {
    const { selections } = parseGraphql(
      `{ f(i: -1, d: 1.5e3, t: true, n: null, e: DESC, l: [1 2], o: {a: "x\\n\\"y\\""}, v: $v) }`,
      { v: "w" },
    );
    expect(selections).toMatchObject([
      { name: "f", arguments: { i: -1, d: 1500, t: true, n: null, e: "DESC", l: [1, 2], o: { a: 'x\n"y"' }, v: "w" } },
    ]);
  });

  test("refuses what it does not read: mutations, directives, two operations, odd characters", () => {
    for (const source of ["mutation { x }", "{ a @skip(if: true) }", "{ a } { b }", "{ a ~ }", "{ a(b: ) }", "{ ... }"]) {
      expect(() => parseGraphql(source, {}), source).toThrow();
    }
  });
});

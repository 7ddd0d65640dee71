import { describe, expect, test } from "vitest";
import { loadGitHubGraphqlSchema } from "./github-graphql-schema.ts";

const schema = loadGitHubGraphqlSchema();
const commit = (name: string) => ({ typeName: "Commit", name });

describe("GitHub's own GraphQL schema", () => {
  test("refuses a query that GitHub would: a field, an argument or a value that is none", () => {
    expect(schema.queryProblems(`{ repository(owner: "a", name: "b") { id } }`)).toEqual([]);
    const wrong = [`{ viewer { colour } }`, `{ repository(owner: "a") { id } }`, `{ repository(owner: 1, name: "b") { id } }`];
    for (const query of wrong) expect(schema.queryProblems(query), query).not.toEqual([]);
  });

  test("finds an answer that GitHub would not give: null, another form, another word", () => {
    expect(schema.fieldProblems(commit("oid"), "a".repeat(40))).toEqual([]);
    expect(schema.fieldProblems(commit("oid"), null)).toEqual(["Commit.oid is null and must not be"]);
    expect(schema.fieldProblems(commit("oid"), 1)).toEqual(["Commit.oid is a number, not a string"]);
    expect(schema.fieldProblems(commit("associatedPullRequests"), null)).toEqual([]);
    expect(schema.fieldProblems(commit("colour"), "red")).toEqual(["Commit.colour is not in GitHub's schema"]);
    const state = { typeName: "PullRequest", name: "state" };
    expect(schema.fieldProblems(state, "MERGED")).toEqual([]);
    expect(schema.fieldProblems(state, "merged")).toEqual([
      `PullRequest.state is "merged"; PullRequestState has OPEN, CLOSED, MERGED`,
    ]);
  });
});

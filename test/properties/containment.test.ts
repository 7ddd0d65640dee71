import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commentRows, rowOf } from "../../src/core/delivery/comment-rows.ts";
import { newDeliveryState, openStream } from "../../src/core/delivery/state.ts";
import { KnownCommits } from "../../src/core/history/known-commits.ts";
import type { CommitNode } from "../../src/core/history/relation.ts";
import type { CommentRow } from "../../src/core/message/comment-row.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { GitGraphs, type GitGraph } from "./git-graph.ts";
import { randomHistories } from "./random-history.ts";

let graphs: GitGraphs;
beforeAll(() => (graphs = new GitGraphs()));
afterAll(() => graphs.remove());

/** What another GitRepo told last, by positions in the history. */
const told = fc.record({
  state: fc.constantFrom("deployed", "inProgress", "failed", "rolledBack"),
  commit: fc.nat(),
  rolledBackTo: fc.nat(),
  deployed: fc.option(fc.nat()),
});
type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;

const at = (history: readonly CommitNode[], position: number) => history[position % history.length]?.sha ?? "";
const repo = "https://github.com/acme/shop";
const notification = { kind: "Notification", namespace: "fleet-default", name: "n" } as const;

/** The rows of the other GitRepos, as "name state commit". */
function shownRows(history: readonly CommitNode[], others: readonly Told[], mergeCommit: string): readonly string[] {
  const state = newDeliveryState("");
  const message = { ...sampleMessage("GitRepoReady"), commit: mergeCommit };
  const open = (gitRepoName: string) => {
    const identity = { notification, destination: "pr", gitRepoNamespace: "fleet-default", gitRepoName, target: "", subject: "" };
    return Object.assign(openStream(state, identity), { destinationType: "pullRequestComment", repo });
  };
  const stream = open("own");
  for (const [index, it] of others.entries()) {
    const row = (fields: Partial<CommentRow>): CommentRow => ({
      ...rowOf(message),
      gitRepo: `fleet-default/o${index}`,
      ...fields,
    });
    const rolledBackTo = it.state === "rolledBack" ? at(history, it.rolledBackTo) : "";
    const other = open(`o${index}`);
    other.row = row({ state: it.state, commit: at(history, it.commit), rolledBackTo });
    other.deployedRow =
      it.deployed === null ? null : row({ state: "deployed", commit: at(history, it.deployed), rolledBackTo: "" });
  }
  const commits = new KnownCommits();
  commits.add(history);
  const rows = commentRows(
    state,
    { stream, message, mergeCommit },
    (base, head) => commits.relation({ base, head }) ?? "unknownYet",
  );
  return (rows ?? []).filter((it) => it.gitRepo !== "fleet-default/shop").map((it) => `${it.gitRepo} ${it.state} ${it.commit}`);
}

/** The rule of design §5 in plain words, on the sets of `git rev-list`. */
function expectedRows(
  git: GitGraph,
  history: readonly CommitNode[],
  others: readonly Told[],
  mergeCommit: string,
): readonly string[] {
  const contains = (position: number) => git.range({ base: "", head: at(history, position) }).includes(mergeCommit);
  return others.flatMap((it, index): string[] => {
    const name = `fleet-default/o${index}`;
    const deployed = (position: number) => [`${name} deployed ${at(history, position)}`];
    if (it.state === "rolledBack" && contains(it.commit))
      return contains(it.rolledBackTo) ? deployed(it.rolledBackTo) : [`${name} rolledBack ${at(history, it.commit)}`];
    if (it.state === "deployed" && contains(it.commit)) return deployed(it.commit);
    if (it.deployed !== null && contains(it.deployed)) return deployed(it.deployed);
    return it.state !== "rolledBack" && contains(it.commit) ? [`${name} ${it.state} ${at(history, it.commit)}`] : [];
  });
}

describe("what a pull request's comment says of other GitRepos, on random histories", () => {
  test("a row is there exactly where `git rev-list` has the pull request in what was told", { timeout: 60_000 }, () => {
    const property = fc.property(randomHistories, fc.array(told, { maxLength: 4 }), fc.nat(), (history, others, merged) => {
      const git = graphs.write(history);
      const mergeCommit = at(history, merged);
      expect(shownRows(history, others, mergeCommit)).toEqual(expectedRows(git, history, others, mergeCommit));
    });
    fc.assert(property, { numRuns: 60 });
  });
});

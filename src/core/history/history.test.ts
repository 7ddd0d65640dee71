import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { History, type InquiryAnswer } from "./history.ts";

const repository = { host: "github.com", owner: "acme", name: "shop" };
const pair = { repository, base: "a", head: "b" };

/** Asks, answers with what is given, and returns the history. */
function answered(answer: InquiryAnswer, now = 0): History {
  const history = new History();
  history.relation(pair, now);
  for (const inquiry of history.takeDue(now)) history.answer({ inquiry, answer, askedMs: now }, now);
  return history;
}

describe("History", () => {
  test("one question for each distinct pair, however many streams wait for it", () => {
    const history = new History();
    for (let stream = 0; stream < 5; stream += 1) expect(history.relation(pair, 0)).toBe("unknownYet");
    expect(history.takeDue(0)).toHaveLength(1);
    expect(history.takeDue(0)).toHaveLength(0);
  });

  test("a relation is asked for once, and then known for ever, both ways", () => {
    const history = answered({ kind: "relation", relation: "ahead", commits: [] });
    expect(history.relation(pair, 1e12)).toBe("ahead");
    expect(history.relation({ repository, base: "b", head: "a" }, 1e12)).toBe("behind");
    expect(history.takeDue(1e12)).toEqual([]);
  });

  test("push events fill the same graph: no question at all", () => {
    const history = new History();
    history.learn(repository, [{ sha: "b", parents: ["a"] }]);
    expect(history.relation({ ...pair, repository: { ...repository, owner: "ACME" } }, 0)).toBe("ahead");
  });

  test("a commit that GitHub does not know is unknown for now for 5 min, then for ever, and is asked for hourly", () => {
    const history = answered({ kind: "commitNotKnown" });
    expect(history.relation(pair, 0)).toBe("unknownYet");
    let now = 0;
    for (; now < limits.commitUnknownForNowMs; now = history.nextDueMs()) {
      for (const inquiry of history.takeDue(now))
        history.answer({ inquiry, answer: { kind: "commitNotKnown" }, askedMs: now }, now);
    }
    for (const inquiry of history.takeDue(now))
      history.answer({ inquiry, answer: { kind: "commitNotKnown" }, askedMs: now }, now);
    expect(history.relation(pair, now)).toBe("unknownEver");
    expect(history.nextDueMs()).toBe(now + limits.askAgainMs);
  });

  test("a repository that is not on GitHub is unknown for ever at once, until an installation comes", () => {
    const history = answered({ kind: "noRepository", reason: "not installed" });
    expect(history.relation(pair, 1)).toBe("unknownEver");
    history.retryHopeless(2);
    expect(history.takeDue(2)).toHaveLength(1);
  });

  test("where the API is down the question is asked again, later and later, but not before GitHub said", () => {
    const history = answered({ kind: "unavailable", retryAtMs: 60_000, reason: "rate limit" });
    expect(history.relation(pair, 1)).toBe("unknownYet");
    expect(history.nextDueMs()).toBe(60_000);
  });

  test("a branch's head is asked anew where the answer is older than the fact that it is to confirm", () => {
    const history = new History();
    const branch = { repository, branch: "main" };
    expect(history.branchHead(branch, { now: 1_000, notBeforeMs: 500 })).toBeNull();
    for (const inquiry of history.takeDue(1_000))
      history.answer({ inquiry, answer: { kind: "head", sha: "a" }, askedMs: 1_000 }, 1_200);
    expect(history.branchHead(branch, { now: 1_300, notBeforeMs: 500 })).toEqual({ sha: "a", askedMs: 1_000 });
    expect(history.branchHead(branch, { now: 1_300, notBeforeMs: 1_100 })).toBeNull();
    expect(history.nextDueMs()).toBe(1_000 + limits.branchHeadMs);
  });

  test("pull requests of a range are asked for once; a host that cannot be asked has none", () => {
    const history = new History();
    const range = { repository, base: "a", head: "b", branch: "main" };
    expect(history.pullRequests(range, 0)).toBeNull();
    const [inquiry] = history.takeDue(0);
    if (inquiry !== undefined) history.answer({ inquiry, answer: { kind: "noRepository", reason: "" }, askedMs: 0 }, 0);
    expect(history.pullRequests(range, 0)).toEqual([]);
    expect(history.pullRequests({ ...range, repository: null }, 0)).toEqual([]);
  });
});

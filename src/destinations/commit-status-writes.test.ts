import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainContext } from "../core/notification/github/git-hub-type.ts";
import { limits } from "../core/limits.ts";
import type { Fate, Message } from "../core/message/message.ts";
import { sampleMessage } from "../core/message/sample-message.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";

const withHeads = { pullRequestHeads: true };
const withoutHeads = { pullRequestHeads: false };
const withoutAbout = ({ sha, state, description, over }: StatusWrite) => ({ sha, state, description, over });
const { commit, rolledBackTo } = sampleMessage("GitRepoRolledBack");
const head = sampleMessage("GitRepoReady").pullRequests[0]?.headSha ?? "";

describe("which commits a message writes to", () => {
  test("its own, and on an outcome the heads of the pull requests that came in with it", () => {
    expect(statusWrites(sampleMessage("GitRepoReady"), withHeads).map(withoutAbout)).toEqual([
      { sha: commit, state: "success", description: "Deployed to 40/40 clusters", over: "anything" },
      { sha: head, state: "success", description: "Deployed to 40/40 clusters", over: "anything" },
    ]);
    expect(statusWrites(sampleMessage("GitRepoDeploying"), withHeads).map((it) => it.sha)).toEqual([commit]);
    expect(statusWrites(sampleMessage("GitRepoFailed"), withoutHeads).map((it) => it.sha)).toEqual([commit]);
  });

  test("a step back fails the newer commit, and the older one gets its success where it has none", () => {
    expect(statusWrites(sampleMessage("GitRepoRolledBack"), withoutHeads).map(withoutAbout)).toEqual([
      {
        sha: commit,
        state: "failure",
        description: `Rolled back to ${rolledBackTo.slice(0, 7)} on 40/40 clusters`,
        over: "anything",
      },
      { sha: rolledBackTo, state: "success", description: "Deployed to 40/40 clusters", over: "unlessSuccess" },
    ]);
  });

  test("on the way back nothing is taken from the older commit that has its outcome", () => {
    const [write] = statusWrites(sampleMessage("GitRepoDeploying", { rolledBackFrom: commit, commit: rolledBackTo }), withHeads);
    expect(write).toMatchObject({ sha: rolledBackTo, state: "pending", over: "unlessFinal" });
  });

  test("GitRepos that a rollout did not change make no pending, unless it is not applied for over 30 s", () => {
    const unchanged = (applied: boolean, ageMs: number) =>
      statusWrites(
        sampleMessage("GitRepoDeploying", { createdMs: ageMs, rollout: { changed: false, applied, startedMs: 0 } }),
        withHeads,
      );
    expect(unchanged(false, limits.pendingAfterMs - 1)).toEqual([]);
    expect(unchanged(false, limits.pendingAfterMs)).toHaveLength(1);
    expect(unchanged(true, 10 * limits.pendingAfterMs)).toEqual([]);
  });

  test("each replaced commit gets its fate; no own failure or deployment is taken back by it", () => {
    const fates = (
      ["waiting", "deployed", "failed", "rolledBack", "leftBehind", "rewritten", "removed", "crowdedOut", "unreported"] as const
    ).map((fate, index) => ({ commit: `${index}`, fate }));
    const writes = statusWrites(sampleMessage("GitRepoReady", { fates }), withoutHeads).slice(1);
    expect(writes.map(({ state, over }) => `${state} ${over}`)).toEqual([
      "pending pending",
      "success unlessFinal",
      "failure unlessFinal",
      "failure anything",
      "failure unlessFinal",
      "error unlessFinal",
      "error pending",
      "error unlessFinal",
      "error pending",
    ]);
  });

  test("a GitRepo that is gone writes its fates alone", () => {
    const fates = [{ commit: "1", fate: "removed" }] as const;
    expect(statusWrites(sampleMessage("GitRepoRemoved", { fates }), withHeads).map((it) => it.sha)).toEqual(["1"]);
  });

  test("one write a commit, the most important first: a fast-forwarded pull request's head is the commit itself", () => {
    const pullRequests = sampleMessage("GitRepoReady").pullRequests.map((it) => ({ ...it, headSha: commit }));
    expect(statusWrites(sampleMessage("GitRepoReady", { pullRequests }), withHeads)).toHaveLength(1);
  });
});

describe("the context", () => {
  const of = (fields: { name?: string; gitRepo?: string; target?: string }) => {
    const gitRepo = { namespace: "fleet-default", name: fields.gitRepo ?? "shop", branch: "", revision: "" };
    return statusContext({ name: fields.name ?? "", place: plainContext({ gitRepo, target: fields.target ?? "" }) });
  };

  test("is fleet/<namespace>/<gitrepo>, plus (<target>), after SIGNALMAN_NAME where set", () => {
    expect(of({})).toBe("fleet/fleet-default/shop");
    expect(of({ target: "prod" })).toBe("fleet/fleet-default/shop (prod)");
    expect(of({ name: "eu", target: "prod" })).toBe("eu/fleet/fleet-default/shop (prod)");
  });

  test("a longer one is cut to 255 and ends with a hash, so that two never meet", () => {
    const one = of({ gitRepo: "a".repeat(250), target: "one" });
    expect(one).toHaveLength(limits.statusContextMax);
    expect(one).not.toBe(of({ gitRepo: "a".repeat(250), target: "two" }));
    expect(one).toBe(of({ gitRepo: "a".repeat(250), target: "one" }));
  });
});

describe("whatever a message is about", () => {
  const sha = fc.constantFrom("a", "b", "c", "d", "e").map((it) => it.repeat(40));
  const fate = fc.record({
    commit: sha,
    fate: fc.constantFrom<Fate["fate"]>("waiting", "deployed", "failed", "rolledBack", "leftBehind", "rewritten", "crowdedOut"),
  });
  const messages: fc.Arbitrary<Message> = fc
    .record({
      event: fc.constantFrom(
        "GitRepoDeploying",
        "GitRepoReady",
        "GitRepoFailed",
        "GitRepoRolledBack",
        "GitRepoDegraded",
        "GitRepoRemoved",
      ),
      commit: sha,
      fates: fc.uniqueArray(fate, { selector: (it) => it.commit, maxLength: 5 }),
      heads: fc.uniqueArray(sha, { maxLength: 3 }),
    })
    .map(({ event, heads, ...fields }) => {
      const pullRequests = heads.map((headSha, number) => ({ number, mergeCommit: fields.commit, headSha, title: "", url: "" }));
      return sampleMessage(event, { ...fields, pullRequests });
    });

  /** The dumb twin: who may be written to at all, the more important role first. */
  function roles(message: Message, pullRequestHeads: boolean): Map<string, string> {
    const isOutcome = ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"].includes(message.event);
    const isOwn = message.event !== "GitRepoRemoved";
    const all: (readonly [string, string])[] = [
      ...(pullRequestHeads && isOutcome ? message.pullRequests.map((it) => [it.headSha, "head"] as const) : []),
      ...message.fates.map((it) => [it.commit, it.fate] as const),
      ...(message.rolledBackTo === "" ? [] : [[message.rolledBackTo, "runs now"] as const]),
      ...(isOwn ? [[message.commit, "own"] as const] : []),
    ];
    return new Map(all);
  }

  test("each commit that has a part in it gets one status, that of its most important part, and no other commit any", () => {
    fc.assert(
      fc.property(messages, fc.boolean(), (message, pullRequestHeads) => {
        const writes = statusWrites(message, { pullRequestHeads });
        const expected = roles(message, pullRequestHeads);
        expect(writes.map((it) => it.sha).toSorted()).toEqual([...expected.keys()].toSorted());
        for (const { sha: written, over, state } of writes) {
          const role = expected.get(written) ?? "";
          if (role === "waiting") expect([state, over]).toEqual(["pending", "pending"]);
          if (role === "runs now") expect([state, over]).toEqual(["success", "unlessSuccess"]);
          if (role === "own" || role === "head") expect(over).toBe("anything");
          // But for its own commit in progress and what waits with it, nothing that a message writes stays open.
          if (state === "pending") expect([message.event === "GitRepoDeploying" ? "own" : "waiting", "waiting"]).toContain(role);
        }
      }),
      { numRuns: 500 },
    );
  });
});

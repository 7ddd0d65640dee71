import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lengthOf } from "../template/cut.ts";
import type { Reason, ReasonCode } from "../rollout/rollout.ts";
import type { Fate } from "./message.ts";
import { type SampleChanges, sampleMessage } from "./sample-message.ts";
import { fateDescription, statusDescription } from "./status-description.ts";

type RolloutChanges = NonNullable<SampleChanges["rollout"]>;
const waiting = (code: ReasonCode, message = ""): Reason => ({ code, bundle: "", cluster: "", message, sinceMs: 0 });
const said = (state: ReturnType<typeof statusDescription>) => `${state.state}: ${state.description}`;
const pending = (rollout: RolloutChanges) => said(statusDescription(sampleMessage("GitRepoDeploying", { rollout })));
const failed = (rollout: RolloutChanges) => said(statusDescription(sampleMessage("GitRepoFailed", { rollout })));
const none = { ready: 0, updating: 0, offline: 0, paused: 0, failed: 0, offlineNames: [], updatingNames: [] };

describe("pending says what the commit waits for (design §5)", () => {
  test("Fleet has not applied it", () => {
    expect(pending({ applied: false, waitingFor: [waiting("JobUnfinished")] })).toMatchInlineSnapshot(
      `"pending: Waiting for Fleet to apply this commit"`,
    );
  });
  test("clusters are updating, some are offline and named", () => {
    expect(pending({})).toMatchInlineSnapshot(`"pending: 31/40 clusters ready, 7 updating, 2 offline: c7, c9"`);
  });
  test("at most three names, then a count", () => {
    const offlineNames = ["c1", "c2", "c3", "c4", "c5"];
    expect(pending({ clusters: { ready: 35, updating: 0, offline: 5, offlineNames } })).toMatchInlineSnapshot(
      `"pending: 35/40 clusters ready, 5 offline: c1, c2, c3 and 2 more"`,
    );
  });
  test("the last updating clusters are named, many are not", () => {
    const clusters = { ...none, ready: 38, updating: 2, updatingNames: ["c1", "c2"] };
    expect(pending({ clusters })).toMatchInlineSnapshot(`"pending: 38/40 clusters ready, 2 updating: c1, c2"`);
    expect(pending({ clusters: { ...clusters, ready: 36, updating: 4 } })).toMatchInlineSnapshot(
      `"pending: 36/40 clusters ready, 4 updating"`,
    );
  });
  test("all are ready, the hold or the later poll is left", () => {
    const clusters = { ...none, ready: 40 };
    expect(pending({ holding: true, clusters, waitingFor: [waiting("Settling")] })).toMatchInlineSnapshot(
      `"pending: 40/40 clusters ready, confirming"`,
    );
    expect(pending({ applied: false, clusters, waitingFor: [waiting("AwaitingPoll")] })).toMatchInlineSnapshot(
      `"pending: 40/40 clusters ready, confirming"`,
    );
  });
  test("all clusters ready on a commit that is not applied yet is not confirming", () => {
    expect(
      pending({ applied: false, clusters: { ...none, ready: 40 }, waitingFor: [waiting("JobUnfinished")] }),
    ).toMatchInlineSnapshot(`"pending: Waiting for Fleet to apply this commit"`);
  });
  test("nothing is left but paused clusters", () => {
    const clusters = { ...none, ready: 28, paused: 12, pausedNames: ["c1", "c2", "c3"] };
    expect(pending({ clusters, waitingFor: [waiting("Paused")] })).toMatchInlineSnapshot(
      `"pending: Paused: 12 clusters keep an earlier commit"`,
    );
    expect(pending({ clusters: { ...clusters, ready: 39, paused: 1 } })).toMatchInlineSnapshot(
      `"pending: Paused: 1 cluster keeps an earlier commit"`,
    );
  });
  test("no cluster at all", () => {
    expect(pending({ clusters: { ...none, total: 0 }, waitingFor: [waiting("NoTargets")] })).toMatchInlineSnapshot(
      `"pending: No clusters match this GitRepo"`,
    );
  });
  test("what may stand for long is said: dependencies, schedules, values, drift", () => {
    const clusters = { ...none, ready: 39, updating: 1, updatingNames: ["d2"] };
    const texts = [
      pending({ clusters, waitingFor: [waiting("DependencyWait", "dependent bundle(s) are not ready: [shop-db shop-mq]")] }),
      pending({ clusters, waitingFor: [waiting("OffSchedule")] }),
      pending({ clusters, waitingFor: [waiting("WaitingForValues")] }),
      pending({ clusters, waitingFor: [waiting("Modified")] }),
    ];
    expect(texts).toMatchInlineSnapshot(`
      [
        "pending: 39/40 clusters ready, 1 updating: d2: waiting for shop-db, shop-mq",
        "pending: 39/40 clusters ready, 1 updating: d2: outside of the schedule",
        "pending: 39/40 clusters ready, 1 updating: d2: waiting for Helm values",
        "pending: 39/40 clusters ready, 1 updating: d2: live resources differ",
      ]
    `);
  });
});

describe("success", () => {
  test("says on how many clusters", () => {
    expect(said(statusDescription(sampleMessage("GitRepoReady")))).toMatchInlineSnapshot(`"success: Deployed to 40/40 clusters"`);
  });
  test("says where the commit changed nothing", () => {
    expect(said(statusDescription(sampleMessage("GitRepoReady", { rollout: { changed: false } })))).toMatchInlineSnapshot(
      `"success: No changes; 40/40 clusters ready"`,
    );
  });
});

describe("failure names what failed and the essence of why", () => {
  test("clusters", () => {
    expect(failed({})).toMatchInlineSnapshot(
      `"failure: 2/40 clusters failed: c1, c7: Deployment.apps "web": spec.selector: field is immutable"`,
    );
  });
  test("the Job", () => {
    const message =
      "failed to process bundle: reading fleet.yaml: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'";
    expect(failed({ applied: false, failure: { kind: "job", message, clusters: [] } })).toMatchInlineSnapshot(
      `"failure: Fleet could not apply this commit: invalid fleet.yaml: line 1: did not find expected ',' or ']'"`,
    );
  });
  test("a deadline", () => {
    expect(failed({ clusters: none, failure: { kind: "deadline", message: "", clusters: [] } })).toMatchInlineSnapshot(
      `"failure: Not deployed in time, 0/40 clusters ready"`,
    );
    expect(
      failed({ applied: false, failure: { kind: "deadline", message: "no Job was made", clusters: [] } }),
    ).toMatchInlineSnapshot(`"failure: Fleet did not apply this commit in time: no Job was made"`);
  });
  test("a rollback, on the commit that went away", () => {
    expect(said(statusDescription(sampleMessage("GitRepoRolledBack")))).toMatchInlineSnapshot(
      `"failure: Rolled back to 1d0c3e2 on 40/40 clusters"`,
    );
  });
  test("long names give way before the error does, and the error is cut at its end", () => {
    const clusters = ["a", "b", "c"].map((it) => ({
      cluster: it.repeat(60),
      bundle: "",
      message: `field is immutable ${"x".repeat(200)}`,
    }));
    const text = failed({ clusters: { failed: 3 }, failure: { kind: "cluster", message: "", clusters } });
    expect(text).toMatchInlineSnapshot(
      `"failure: 3/40 clusters failed: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and 2 more: field is immutable xxxxxxxxxxxxxxxxxxxxxxxxx…"`,
    );
    expect(lengthOf(text) - "failure: ".length).toBe(140);
  });
});

test("each fate of a replaced commit has its text (design §5)", () => {
  const ready = sampleMessage("GitRepoReady");
  const back = sampleMessage("GitRepoRolledBack");
  const fates: Fate["fate"][] = [
    "waiting",
    "deployed",
    "failed",
    "rolledBack",
    "rewritten",
    "removed",
    "crowdedOut",
    "unreported",
  ];
  const texts = fates.map((fate) =>
    said(fateDescription({ commit: "0".repeat(40), fate }, fate === "rolledBack" ? back : ready)),
  );
  expect(texts).toMatchInlineSnapshot(`
    [
      "pending: Replaced by 4f2a91c; waiting for it",
      "success: Deployed with 4f2a91c to 40/40 clusters",
      "failure: 4f2a91c, which contains this commit, failed",
      "failure: Rolled back to 1d0c3e2 on 40/40 clusters",
      "error: Not deployed: history was rewritten, now 4f2a91c",
      "error: GitRepo deleted before this commit was deployed",
      "error: Replaced by 4f2a91c; more than 50 commits wait, no longer reported",
      "error: No longer reported",
    ]
  `);
});

describe("whatever Fleet, names and errors hold", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom("\u{1F600}", "\ud800", "\u202E", "\r\n", "\u0000", "a", ": ", "; ", "[", "]"),
      maxLength: 400,
    }),
  );
  const names = fc.array(hostile, { maxLength: 5 });
  const event = fc.constantFrom(
    "GitRepoDeploying",
    "GitRepoReady",
    "GitRepoFailed",
    "GitRepoDegraded",
    "GitRepoRolledBack" as const,
  );

  test("a description is one line of at most 140 code points with nothing invisible in it", () => {
    fc.assert(
      fc.property(event, names, hostile, fc.nat(100_000), (event, names, message, count) => {
        const clusters = names.map((cluster) => ({ cluster, bundle: message, message }));
        const rollout = {
          failure: { kind: "cluster" as const, message, clusters },
          clusters: { total: count, offline: names.length, failed: count, offlineNames: names, failedNames: names },
          waitingFor: [waiting("DependencyWait", `dependent bundle(s) are not ready: [${message}`)],
        };
        const { description } = statusDescription(sampleMessage(event, { rollout, commit: message, rolledBackTo: message }));
        expect(lengthOf(description)).toBeLessThanOrEqual(140);
        expect(description).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(description).not.toBe("");
      }),
    );
  });

  test("1 MB of text costs no more than a page", () => {
    const message = `${"a: ".repeat(350_000)}end`;
    const before = performance.now();
    expect(failed({ failure: { kind: "job", message, clusters: [] } })).toHaveLength("failure: ".length + 140);
    expect(performance.now() - before).toBeLessThan(200);
  });
});

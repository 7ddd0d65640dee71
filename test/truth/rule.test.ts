import { beforeAll, describe, expect, test } from "vitest";
import { type ReadyRule, readyRule } from "../../src/core/rollout/ready-rule.ts";
import { falseSuccesses, falseWords, type Judgeable, judged, readJudgeables } from "./judged.ts";

const settleMs = 15_000;
let recordings: readonly Judgeable[] = [];
beforeAll(async () => {
  recordings = await readJudgeables();
});

/** Live resources were edited by hand: that does not undo a deployment (README of the recordings). */
const driftedByHand = "0.16.1-12-drift";

describe("the rule of fleet-facts §1.3 over every recording", () => {
  test("with the hold nothing false is ever said", () => {
    const lies = recordings
      .filter((it) => it.name !== driftedByHand && falseSuccesses(it, { settleMs }).length > 0)
      .map((it) => it.name);
    expect(lies).toEqual([]);
  });

  test("where the rule holds to the end, success on the last commit comes within 1 s after the settle time", () => {
    const late: string[] = [];
    for (const recording of recordings) {
      let wholeSinceMs = Infinity;
      let readyMs = Infinity;
      judged(recording, { settleMs }, ({ ms, rollout }) => {
        const isWhole = rollout.phase === "ready" || rollout.holding;
        wholeSinceMs = isWhole ? Math.min(wholeSinceMs, ms) : Infinity;
        readyMs = rollout.phase === "ready" ? Math.min(readyMs, ms) : Infinity;
      });
      if (wholeSinceMs !== Infinity && readyMs > wholeSinceMs + settleMs + 1_000) late.push(recording.name);
    }
    expect(late).toEqual([]);
  });

  test("counter-test: without the hold, what Fleet has not noticed yet is taken for true", () => {
    const lies = recordings.filter((it) => falseWords(it, { settleMs: 0 }) > 0);
    expect(lies.length).toBeGreaterThan(3);
  });
});

type Part = keyof ReadyRule;

/** The rule without one clause. */
function without(part: Part, name: string): ReadyRule {
  return { ...readyRule, [part]: readyRule[part].filter((it) => it.name !== name) };
}

/**
 * For each clause: in how many recordings more is false without it (no hold, so that every window shows), and the first of them; "none" where the
 * others cover it in all of these recordings.
 */
describe("each part of the rule, left out", () => {
  const clauses = (Object.keys(readyRule) as Part[]).flatMap((part) => readyRule[part].map(({ name }) => [part, name] as const));

  test("the recordings that go wrong without it", () => {
    const plain = new Map(recordings.map((it) => [it.name, falseWords(it, { settleMs: 0 })]));
    const table = clauses.map(([part, name]) => {
      const rule = without(part, name);
      const worse = recordings
        .filter((it) => falseWords(it, { settleMs: 0, rule }) > (plain.get(it.name) ?? 0))
        .map((it) => it.name);
      return `${part} ${name}: ${worse.length === 0 ? "none" : `${worse.length}, ${worse[0]}`}`;
    });
    expect(table).toMatchInlineSnapshot(`
      [
        "applied commit: none",
        "applied accepted: none",
        "applied observedGeneration: none",
        "applied updateGeneration: none",
        "applied job: 6, 0.13.15-35-failed-job-deleted-by-hand",
        "applied gitJobStatus: none",
        "applied stalled: none",
        "confirmed poll: 2, 0.14.10-62-older-job-writes-last",
        "confirmed branchHead: none",
        "confirmed branchAndRevision: none",
        "confirmed revision: none",
        "bundle notDeleting: none",
        "bundle commit: none",
        "bundle observedGeneration: none",
        "bundle unavailablePartitions: 1, 0.15.5-29-three-partitions-first-stuck",
        "bundle partitionsUnavailable: 1, 0.15.5-10-paused",
        "bundle partitionsCount: none",
        "cluster notDeleting: none",
        "cluster commit: none",
        "cluster notPaused: none",
        "cluster notOffSchedule: none",
        "cluster notWaitingForValues: none",
        "cluster staged: none",
        "cluster content: none",
        "cluster applied: 18, 0.13.15-02-second-commit",
        "cluster installed: none",
        "cluster ready: none",
        "cluster nonModified: none",
        "cluster readyCondition: none",
        "cluster deployedCondition: none",
        "cluster monitoredCondition: none",
      ]
    `);
  }, 120_000);
});

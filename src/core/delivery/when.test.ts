import { describe, expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { compileCondition } from "../notification/condition.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { consider } from "./consider.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Send } from "./effect.ts";
import { newDeliveryState } from "./state.ts";
import { step } from "./step.ts";

/** A webhook's stream whose sends are delivered at once; `look` returns the events that it was told of a rollout. */
function player(when: string) {
  const rule = sampleRule("webhook", { when: compileCondition(when) });
  const state = newDeliveryState("");
  let now = 1_000_000;
  const feed = (input: Parameters<typeof step>[1]): Send[] =>
    step(state, input, now).flatMap((effect) => {
      if (effect.kind === "save")
        return feed({ kind: "saved", namespace: effect.document.namespace, name: effect.document.name });
      if (effect.kind !== "send") return [];
      return [effect.send, ...feed({ kind: "sent", stream: effect.send.stream, outcome: { kind: "delivered" } })];
    });
  return {
    error: () => [...state.streams.values()][0]?.conditionError,
    look: (rollout: Rollout) => {
      now += 60_000;
      const knowledge: Knowledge = { relation: () => "ahead", pullRequests: () => [] };
      const { isReportDue } = consider(state, { rule, rollout, memory: "", knowledge }, now);
      return {
        told: feed(null).map((it) => `${it.message.event} ${it.message.commit}, sequence ${it.message.sequence}`),
        isReportDue,
      };
    },
  };
}

describe("what `when` refuses is as if the stream had not asked for it (design §4)", () => {
  test("it is not sent, leaves no gap, and the next event is compared with what was sent before it", () => {
    const { look } = player('commit != "b"');
    expect(look(sampleRollout("a", "failed")).told).toEqual(["GitRepoFailed a, sequence 1"]);
    expect(look(sampleRollout("b", "failed")).told).toEqual([]);
    expect(look(sampleRollout("b", "ready")).told).toEqual([]);
    expect(look(sampleRollout("c", "ready")).told).toEqual(["GitRepoReady c, sequence 2"]);
  });

  test("it is sent once `when` becomes true, if it is still so", () => {
    const { look } = player("rollout.clusters.total > 1");
    const rollout = sampleRollout("a", "failed");
    const clusters = { ...rollout.clusters, total: 1 };
    expect(look({ ...rollout, clusters }).told).toEqual([]);
    expect(look({ ...rollout, clusters: { ...clusters, total: 2 } }).told).toEqual(["GitRepoFailed a, sequence 1"]);
  });

  test("where it cannot be told nothing is sent, and the Notification is reported: once, and once it is over", () => {
    const { look, error } = player("10 / rollout.clusters.total > 1");
    const rollout = sampleRollout("a", "failed");
    const noClusters = { ...rollout, clusters: { ...rollout.clusters, total: 0 } };
    expect(look(noClusters)).toEqual({ told: [], isReportDue: true });
    expect(error()).toContain("divide by zero");
    expect(look(noClusters)).toEqual({ told: [], isReportDue: false });
    expect(look({ ...rollout, clusters: { ...rollout.clusters, total: 5 } })).toEqual({
      told: ["GitRepoFailed a, sequence 1"],
      isReportDue: true,
    });
    expect(error()).toBe("");
  });
});

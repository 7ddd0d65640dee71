import { describe, expect, test } from "vitest";
import { sampleCommitStatus } from "../../../test/samples/commit-status.ts";
import { sampleGitRepo, sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { limits } from "../limits.ts";
import { consider } from "./consider.ts";
import type { DeliveryEffect, Send } from "./effect.ts";
import { endpointKey } from "./endpoint.ts";
import { orphan } from "./orphan.ts";
import type { Outcome } from "./outcome.ts";
import { type DeliveryState, endpointOf, newDeliveryState } from "./state.ts";
import { type DeliveryInput, step } from "./step.ts";

const rule = sampleRule("commitStatus");
const startMs = 1_000_000;

/** Takes an input, and answers every save at once. */
function feed(state: DeliveryState, input: DeliveryInput | null, now: number): DeliveryEffect[] {
  const effects = step(state, input, now);
  const saves = effects.filter((it) => it.kind === "save");
  return [...effects, ...saves.flatMap(({ document }) => feed(state, { kind: "saved", ...document }, now))];
}

/** A state whose one stream has a message on the wire since `startMs`. */
function sending(): { state: DeliveryState; stream: string } {
  const state = newDeliveryState("");
  const knowledge = { relation: () => "ahead" as const, pullRequests: () => [] };
  consider(state, { rule, rollout: sampleRollout("a", "deploying"), memory: "", knowledge }, startMs);
  const [send] = sendsOf(feed(state, null, startMs));
  return { state, stream: send?.stream ?? "" };
}

function sendsOf(effects: readonly DeliveryEffect[]): Send[] {
  return effects.flatMap((it) => (it.kind === "send" ? [it.send] : []));
}

/** When the message leaves again after this outcome, which came at `now`. */
function againMs(outcome: Outcome, now: number): number {
  const { state, stream } = sending();
  feed(state, { kind: "sent", stream, outcome }, now);
  for (let ms = now; ms < now + 60_000; ms += 250) if (sendsOf(feed(state, null, ms)).length > 0) return ms;
  return Infinity;
}

describe("what follows an outcome (design §7)", () => {
  test("after an unknown one GitHub is asked no sooner than 10 s after the attempt began", () => {
    const soon = againMs({ kind: "unknown", reason: "reset" }, startMs + 100);
    expect(soon).toBeGreaterThanOrEqual(startMs + limits.unknownOutcomeMs);
  });

  test("nor before the request that was lost is settled: it may have waited for its turn", () => {
    const settledMs = startMs + 30_000;
    expect(againMs({ kind: "unknown", reason: "reset", settledMs }, startMs + 20_000)).toBeGreaterThanOrEqual(settledMs);
  });

  test("a retry with a time of its own is about one message: the endpoint is not at fault", () => {
    const failuresAfter = (outcome: Outcome) => {
      const { state, stream } = sending();
      feed(state, { kind: "sent", stream, outcome }, startMs);
      return endpointOf(state, endpointKey(rule, "https://github.com/acme/shop.git")).failures;
    };
    expect(failuresAfter({ kind: "retry", reason: "502", notBeforeMs: 0, endpointUntilMs: 0 })).toBe(1);
    expect(failuresAfter({ kind: "retry", reason: "not known yet", notBeforeMs: startMs + 10_000, endpointUntilMs: 0 })).toBe(0);
  });

  test("what could not be shown everywhere is remarked", () => {
    const { state, stream } = sending();
    const effects = feed(state, { kind: "sent", stream, outcome: { kind: "delivered", remark: "no comment on #2" } }, startMs);
    expect(effects).toContainEqual({
      kind: "note",
      note: expect.objectContaining({ kind: "delivered", remark: "no comment on #2" }) as object,
    });
  });
});

test("what closes a place comes late, after another stream's word there: that one says it again", () => {
  const state = newDeliveryState("");
  const knowledge = { relation: () => "ahead" as const, pullRequests: () => [] };
  const named = { ...rule, config: { ...sampleCommitStatus, context: "deploy" } };
  const look = (name: string, now: number) => {
    const rollout = sampleRollout("a", "deploying", { gitRepo: sampleGitRepo({ name, uid: name, commit: "a" }) });
    consider(state, { rule: named, rollout, memory: "", knowledge }, now);
    state.undecided.delete(name);
    return sendsOf(feed(state, null, now));
  };
  const answer = (send: Send | undefined, now: number) =>
    feed(state, { kind: "sent", stream: send?.stream ?? "", outcome: { kind: "delivered" } }, now);
  answer(look("shop", startMs)[0], startMs);
  // shop loses the context to pay, whose word goes first.
  const [loser] = [...state.streams.values()];
  if (loser === undefined) throw new Error("a stream was opened");
  orphan(state, { stream: loser, reason: "unreported" }, startMs + 1_000);
  const both = look("pay", startMs + 1_000);
  const [word, closing] = [both.find((it) => it.message.fates.length === 0), both.find((it) => it.message.fates.length > 0)];
  answer(word, startMs + 2_000);
  expect(look("pay", startMs + 60_000)).toEqual([]);
  answer(closing, startMs + 61_000);
  expect([...state.undecided]).toEqual(["pay"]);
  expect(look("pay", startMs + 62_000).map((it) => it.message.event)).toEqual(["GitRepoDeploying"]);
});

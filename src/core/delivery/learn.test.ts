import { describe, expect, test } from "vitest";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { limits } from "../limits.ts";
import { consider } from "./consider.ts";
import type { DeliveryEffect, Send } from "./effect.ts";
import { endpointKey } from "./endpoint.ts";
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

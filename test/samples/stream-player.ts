import type { DeliveryDocument } from "../../src/core/delivery/delivery-document.ts";
import { consider } from "../../src/core/delivery/consider.ts";
import type { Send } from "../../src/core/delivery/effect.ts";
import type { Outcome } from "../../src/core/delivery/outcome.ts";
import type { Knowledge } from "../../src/core/delivery/knowledge.ts";
import { orphan } from "../../src/core/delivery/orphan.ts";
import { newDeliveryState } from "../../src/core/delivery/state.ts";
import { type DeliveryInput, step } from "../../src/core/delivery/step.ts";
import type { Rule } from "../../src/core/notification/rule.ts";
import type { Rollout } from "../../src/core/rollout/rollout.ts";
import { sampleRule } from "./rollout.ts";

/** What is known of history where every commit descends from the one before. */
export const ahead: Knowledge = { relation: () => "ahead", pullRequests: () => [] };

/** A stream of which a test plays everything around: saves succeed at once, sends are handed out. */
export function streamPlayer(type: "webhook" | "commitStatus", knowledge: Knowledge = ahead) {
  let rule = sampleRule(type);
  let state = newDeliveryState("");
  const stored = new Map<string, DeliveryDocument>();
  let now = 1_000_000;
  const feed = (input: DeliveryInput | null): Send[] =>
    step(state, input, now).flatMap((effect) => {
      if (effect.kind === "send") return [effect.send];
      if (effect.kind !== "save") return [];
      const { namespace, name } = effect.document;
      stored.set(name, effect.document);
      return feed({ kind: "saved", namespace, name });
    });
  const look = (rollout: Rollout): Send[] => {
    now += 60_000;
    consider(state, { rule, rollout, memory: "", knowledge }, now);
    return feed(null);
  };
  return {
    look,
    answer: (stream: string, outcome: Outcome = { kind: "delivered" }) => feed({ kind: "sent", stream, outcome }),
    crash: () => {
      state = newDeliveryState("");
      feed({ kind: "loaded", documents: [...stored.values()] });
    },
    rule: (changed: Rule) => {
      rule = changed;
    },
    orphan: (reason: "muted" | "unreported") => {
      now += 60_000;
      for (const stream of state.streams.values()) orphan(state, { stream, reason }, now);
      return feed(null);
    },
  };
}

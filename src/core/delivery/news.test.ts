import { expect, test } from "vitest";
import { sampleRule } from "../../../test/samples/rollout.ts";
import { sampleMessage } from "../message/sample-message.ts";
import { tellNews } from "./news.ts";
import { newDeliveryState } from "./state.ts";
import { step } from "./step.ts";

const now = Date.UTC(2026, 10, 23);

/** What is sent when the same is told again at each point on the way of the first message: queued, being stored, stored, sent. */
function sentWhenRepeated(order: "latest" | "every"): readonly string[] {
  const state = newDeliveryState("");
  const rule = sampleRule("webhook", { on: new Set(["ClusterOffline"]), order });
  const identity = {
    notification: rule.notification,
    destination: rule.destination,
    gitRepoNamespace: "fleet-default",
    gitRepoName: "",
    target: "",
    subject: "cluster/c7",
  };
  const sent: string[] = [];
  const tell = () => tellNews(state, { identity, rule, message: sampleMessage("ClusterOffline"), isQuiet: false }, now);
  const feed = (input: Parameters<typeof step>[1]): void => {
    for (const effect of step(state, input, now)) {
      tell();
      if (effect.kind === "save") feed({ kind: "saved", namespace: effect.document.namespace, name: effect.document.name });
      if (effect.kind !== "send") continue;
      sent.push(effect.send.message.event);
      feed({ kind: "sent", stream: effect.send.stream, outcome: { kind: "delivered" } });
    }
  };
  tell();
  tell();
  feed(null);
  tell();
  feed(null);
  return sent;
}

test.each(["latest", "every"] as const)("what is so still, while it is told, is sent, and once (%s)", (order) => {
  expect(sentWhenRepeated(order)).toEqual(["ClusterOffline"]);
});

import { expect, test } from "vitest";
import { cluster, notification, type Rollout, shaOf } from "../../bench/rollout-objects.ts";
import { modifiedRollout, put } from "../../test/samples/rollout-inputs.ts";
import { newCoreState } from "./core-state.ts";
import type { DeliveryDocument } from "./delivery/delivery-document.ts";
import { anyRepository } from "./notification/repository-policy.ts";
import { type CoreInput, dueMs, step } from "./step.ts";

const startMs = Date.UTC(2026, 10, 23, 12);
const rollout: Rollout = {
  gitRepo: "shop",
  commit: shaOf("shop"),
  repo: "https://git.example.com/acme/shop.git",
  clusters: ["c0"],
};
const notified = (suspended: readonly string[]): CoreInput => {
  const hooks = ["a", "b", "c"].map((name) => ({
    name,
    suspend: suspended.includes(name),
    on: ["GitRepoDeploying", "GitRepoReady"],
    webhook: { url: `https://${name}.example.com` },
  }));
  return { kind: "notification", change: { kind: "put", object: notification(hooks, "failure") } };
};

/** What lies in the Deliveries once the core has come to rest around a rollout that is going on. */
function storedAfter(inputs: readonly CoreInput[], until: number): Map<string, DeliveryDocument> {
  const state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
  const documents = new Map<string, DeliveryDocument>();
  let waiting = inputs;
  for (let now = startMs; now < until; now = Math.max(now + 1, waiting.length > 0 ? 0 : dueMs(state))) {
    waiting = step(state, waiting, now).flatMap((effect): CoreInput[] => {
      if (effect.kind === "send") return [{ kind: "sent", stream: effect.send.stream, outcome: { kind: "delivered" } }];
      if (effect.kind !== "save") return [];
      const { namespace, name } = effect.document;
      documents.set(name, effect.document);
      return [{ kind: "saved", namespace, name }];
    });
  }
  return documents;
}

const keptIn = (documents: ReadonlyMap<string, DeliveryDocument>) =>
  [...documents.values()].flatMap(({ spec }) =>
    spec.streams.flatMap((text) => ((JSON.parse(text) as { rollout: string }).rollout === "" ? [] : [spec.destination])),
  );

const objects = [...put({ ...cluster("c0"), kind: "Cluster" }, "c0"), ...modifiedRollout(rollout)];

test("what is remembered of a rollout lies in one Delivery, however many destinations hear of it", () => {
  const documents = storedAfter(
    [{ kind: "loaded", documents: [] }, notified([]), ...objects, { kind: "synced" }],
    startMs + 60_000,
  );
  expect(documents.size).toBe(3);
  expect(keptIn(documents)).toEqual(["a"]);
});

test("where that destination is suspended another one keeps it", () => {
  const documents = storedAfter(
    [{ kind: "loaded", documents: [] }, notified(["a"]), ...objects, { kind: "synced" }],
    startMs + 60_000,
  );
  expect(keptIn(documents)).toEqual(["b"]);
});

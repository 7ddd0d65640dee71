import { afterEach, beforeEach, expect, test } from "vitest";
import {
  attemptOf,
  destinationUnderTest,
  neverAborted,
  type DestinationUnderTest,
} from "../../test/github/destination-under-test.ts";
import { webhookEvents } from "../core/notification/destination-events.ts";
import { sampleMessage } from "../core/message/sample-message.ts";
import { repositoryDispatch } from "./repository-dispatch.ts";

let under: DestinationUnderTest;
beforeEach(async () => {
  under = await destinationUnderTest();
});
afterEach(async () => {
  await under.close();
  expect(under.github.world.violations).toEqual([]);
});

const config = { type: "repositoryDispatch", eventType: "fleet" } as const;
const apply = (message = sampleMessage("GitRepoReady")) =>
  repositoryDispatch.apply(attemptOf(config, message), under.io(), neverAborted);

test("wakes a workflow with the event as its payload, and the message's id", async () => {
  expect(await apply()).toEqual({ kind: "delivered" });
  const [{ eventType, payload } = { eventType: "", payload: {} }] = under.github.shop.dispatches;
  expect(eventType).toBe("fleet");
  expect(Object.keys(payload)).toEqual(["id", "type", "timestamp", "stream", "sequence", "data"]);
  expect(payload).toMatchObject({ id: sampleMessage("GitRepoReady").id, type: "GitRepoReady" });
});

test.each(webhookEvents)("the payload of %s has no more properties than GitHub takes", async (event) => {
  expect(await apply(sampleMessage(event))).toEqual({ kind: "delivered" });
});

test("an answer that was lost is not known to have arrived: it is sent again under the same id", async () => {
  under.github.world.fault({ kind: "resetAfter", match: { method: "POST", path: /dispatches/ }, times: 1 });
  expect((await apply()).kind).toBe("unknown");
  expect(await apply()).toEqual({ kind: "delivered" });
  expect(new Set(under.github.shop.dispatches.map(({ payload }) => payload["id"])).size).toBe(1);
});

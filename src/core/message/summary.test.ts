import * as fc from "fast-check";
import { expect, test } from "vitest";
import { eventTypes } from "../notification/rule.ts";
import { lengthOf } from "../template/cut.ts";
import { sampleMessage } from "./sample-message.ts";
import { summary } from "./summary.ts";

test("every event in one line for a chat", () => {
  expect(eventTypes.map((event) => summary(sampleMessage(event)))).toMatchInlineSnapshot(`
    [
      "fleet-default/shop: GitRepo added",
      "fleet-default/shop: GitRepo deleted",
      "fleet-default/shop: deploying 4f2a91c: 31/40 clusters ready, 7 updating, 2 offline: c7, c9",
      "fleet-default/shop: 4f2a91c deployed to 40/40 clusters",
      "fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps "web": spec.selector: field is immutable",
      "fleet-default/shop: 4f2a91c rolled back to 1d0c3e2 on 40/40 clusters",
      "fleet-default/shop: 4f2a91c degraded: 2/40 clusters failed: c1, c7: Deployment.apps "web": spec.selector: field is immutable",
      "fleet-default/shop: bundle shop-web on c7 runs 4f2a91c",
      "fleet-default/shop: bundle shop-web on c7 failed: Deployment.apps "web": spec.selector: field is immutable",
      "fleet-default/shop: bundle shop-web on c7 was modified",
      "cluster fleet-default/c7: its agent has not checked in for long",
      "cluster fleet-default/c7: its agent checks in again",
    ]
  `);
});

test("the target has brackets, a commit without changes says so, a Job that failed says why", () => {
  const job = { kind: "job" as const, message: "reading fleet.yaml: yaml: line 1: bad", clusters: [] };
  expect([
    summary(sampleMessage("GitRepoReady", { target: "prod" })),
    summary(sampleMessage("GitRepoReady", { rollout: { changed: false } })),
    summary(sampleMessage("GitRepoFailed", { rollout: { failure: job } })),
  ]).toMatchInlineSnapshot(`
    [
      "fleet-default/shop (prod): 4f2a91c deployed to 40/40 clusters",
      "fleet-default/shop: 4f2a91c changes nothing; 40/40 clusters ready",
      "fleet-default/shop: 4f2a91c failed: Fleet could not apply this commit: invalid fleet.yaml: line 1: bad",
    ]
  `);
});

test("whatever the names and errors hold, it is one line of at most 300 code points", () => {
  const text = fc.string({ unit: "binary", maxLength: 500 });
  fc.assert(
    fc.property(fc.constantFrom(...eventTypes), text, text, (event, name, message) => {
      const { gitRepo } = sampleMessage(event);
      const failure = { kind: "cluster" as const, message, clusters: [{ cluster: name, bundle: name, message }] };
      const line = summary(
        sampleMessage(event, { target: name, gitRepo: { ...gitRepo, name, namespace: name }, rollout: { failure } }),
      );
      expect(lengthOf(line)).toBeLessThanOrEqual(300);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }),
  );
});

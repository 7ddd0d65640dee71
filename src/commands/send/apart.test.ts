import { expect, test } from "vitest";
import { checkSource, validOf } from "../check/check-source.ts";
import { sampleTrials } from "../render/sample-trials.ts";
import { apart } from "./apart.ts";

test("a deployment is one of an environment of its own: the newest one of an environment is what GitHub shows as running there", () => {
  const text = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations:
    - { name: named, github: { deployment: { environment: "{{gitRepo.name}}" } } }
    - { name: unnamed, github: { deployment: {} } }
`;
  const notifications = checkSource({ file: "-", text }).notifications.map(validOf);
  const { trials } = sampleTrials(
    notifications.filter((it) => it !== null),
    "GitRepoReady",
  );
  const sent = trials.map((it) => apart(it, 0));
  expect(sent.map(({ rule, stream }) => [rule.config, stream])).toMatchObject([
    [
      { type: "deployment", environment: "trial/{{gitRepo.name}}" },
      "trial/Notification/fleet-default/deployments/named:fleet-default/shop:",
    ],
    // Named like a status, which has the instance's name in it.
    [{ type: "deployment", environment: "" }, "trial/Notification/fleet-default/deployments/unnamed:fleet-default/shop:"],
  ]);
});

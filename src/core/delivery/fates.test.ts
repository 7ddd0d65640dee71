import { expect, test } from "vitest";
import { settleFates } from "./fates.ts";
import { newStream } from "./stream.ts";

/** What still waits once a message about "b", which was replaced while it was on its way, has arrived. */
function waiting(event: "GitRepoDeploying" | "GitRepoFailed") {
  const notification = { kind: "Notification", namespace: "fleet-default", name: "deployments" } as const;
  const gitRepo = { gitRepoNamespace: "fleet-default", gitRepoName: "shop" };
  const stream = newStream({ notification, destination: "status", ...gitRepo, target: "", subject: "" });
  stream.replaced = ["a", "b"].map((commit) => ({ commit, shown: false }));
  settleFates(stream, { commit: "b", event, fates: [] });
  return stream.replaced.map((it) => it.commit);
}

test("a commit that was replaced while it was being told as pending still waits for an outcome; one that was told with its own does not", () => {
  expect(waiting("GitRepoDeploying")).toEqual(["a", "b"]);
  expect(waiting("GitRepoFailed")).toEqual(["a"]);
});

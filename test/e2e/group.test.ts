import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet, repoOf } from "./played-fleet.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const namespace = "fleet-default";
const path = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
const gitRepos = ["pay", "shop", "web"] as const;

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  for (const name of ["berlin", "lisbon"]) fleet.now.addCluster({ name, labels: {} });
  await mirrored.written();
  product = stage.startProduct();
  await product.ready();
});
afterAll(async () => {
  fleet?.stop();
  await mirrored?.written();
  const code = await product?.stop();
  await stage?.stop();
  expect(code).toBe(0);
});

/** "success 3/3 GitRepos deployed": the one status that a commit of acme/mono has. */
function shown(sha: string): string {
  const statuses = [...stage.github.latestStatuses("acme/mono", sha)];
  expect(statuses.map(([context]) => context).filter((it) => it !== `fleet/${namespace}@main`)).toEqual([]);
  const [, status] = statuses[0] ?? [];
  return status === undefined ? "" : `${status.state} ${status.description}`;
}

test("one status for all GitRepos of a repository: deployed when each of them is, across a kill, a failure and a deletion", async () => {
  const lies: string[] = [];
  stage.github.onRequest((request) => {
    const sha = /\/statuses\/([0-9a-f]{40})$/.exec(request.path)?.[1];
    const { state, description } = (request.body ?? {}) as { state?: string; description?: string };
    // What was replaced is deployed with the commit that it names.
    if (sha === undefined || state !== "success" || description?.startsWith("Deployed with") === true) return;
    const without = present.filter(
      (name) => !["berlin", "lisbon"].every((it) => fleet.holds(it, { name, sha, repository: "mono" })),
    );
    if (without.length > 0) lies.push(`${sha}: not by ${without.join()}`);
  });
  let present: readonly string[] = gitRepos;
  const spec = {
    timing: { settle: "200ms", errorGrace: "10s", notReadyDeadline: "168h" },
    destinations: [{ name: "status", github: { commitStatus: { group: "repository" } } }],
  };
  const object = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: "mono" }, spec };
  expect(await stage.client.request("POST", path, { body: object })).toMatchObject({ code: 201 });
  await fleet.commit("mono");
  for (const name of gitRepos) fleet.addGitRepo(name, repoOf("mono"));
  const first = await fleet.commit("mono");
  await until("all have it", () => shown(first) === "success 3/3 GitRepos deployed");

  const stuck = await fleet.commit("mono", { kind: "neverReady", message: "no pods" });
  await until("all are waited for", () => shown(stuck) === "pending 0/3 GitRepos deployed, 3 waiting: pay, shop, web");
  await product.crash(() => Date.now());
  const second = await fleet.commit("mono");
  await until("all have the next", () => shown(second) === "success 3/3 GitRepos deployed");
  await until("what it replaced shares it", () => shown(stuck) === `success Deployed with ${second.slice(0, 7)} in 3/3 GitRepos`);

  const message = "admission refused it";
  const failed = await fleet.commit("mono", { kind: "applyFails", message });
  await until("it has failed", () => /^failure [123]\/3 GitRepos failed: .*admission refused it/.test(shown(failed)));

  present = ["shop", "web"];
  fleet.now.removeGitRepo("pay");
  const third = await fleet.commit("mono");
  await until("the two that are left have it", () => shown(third) === "success 2/2 GitRepos deployed");
  expect(lies).toEqual([]);
});

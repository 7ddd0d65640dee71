import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProductProcess } from "../../simulator/product-process.ts";
import type { ReceivedRequest } from "../../simulator/world/receiver.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet } from "./played-fleet.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const namespace = "fleet-default";
const name = "shop";
const stuck = { kind: "neverReady", message: "no pods" } as const;

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;
/** Which target each cluster is in now. */
const stages = new Map<string, string>();

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  join("berlin", "prod");
  join("lisbon", "dev");
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

function join(cluster: string, target: string): void {
  stages.set(cluster, target);
  fleet.now.addCluster({ name: cluster, labels: { stage: target } });
}

function move(cluster: string, target: string): void {
  stages.set(cluster, target);
  fleet.now.setClusterLabels(cluster, { stage: target });
}

function leave(cluster: string): void {
  stages.delete(cluster);
  fleet.now.removeCluster(cluster);
}

/** "success Deployed to 1/1 clusters": what GitHub shows on a commit for one target. */
function shown(target: string, sha: string): string {
  const found = stage.github.latestStatuses(`acme/${name}`, sha).get(`fleet/${namespace}/${name} (${target})`);
  return found === undefined ? "" : `${found.state} ${found.description}`;
}

interface Told {
  readonly type: string;
  readonly data: { readonly commit: string; readonly target: { readonly name: string } };
}
const toldBy = ({ body }: ReceivedRequest) => JSON.parse(body) as Told;
/** "dev GitRepoReady": what was told of a commit, in order. */
const toldOf = (sha: string) =>
  stage.receiver
    .accepted()
    .map(toldBy)
    .filter(({ data }) => data.commit === sha)
    .map(({ type, data }) => `${data.target.name} ${type}`);

test("clusters join, are relabelled and leave: each target goes on by itself, and no word about a commit is false", async () => {
  const lies: string[] = [];
  stage.receiver.onRequest((request) => {
    const { type, data } = toldBy(request);
    if (type !== "GitRepoReady") return;
    const own = [...stages].filter(([, target]) => target === data.target.name).map(([cluster]) => cluster);
    const without = own.filter((cluster) => !fleet.holds(cluster, { name, sha: data.commit }));
    if (own.length === 0 || without.length > 0) lies.push(`${data.target.name} ${data.commit}: not on ${without.join()}`);
  });
  const targets = ["prod", "dev"].map((it) => ({ name: it, match: { clusterSelector: { matchLabels: { stage: it } } } }));
  const destinations = [
    { name: "status", github: { commitStatus: {} } },
    { name: "hook", order: "every", webhook: { url: `${stage.receiverUrl}/hook` } },
  ];
  const spec = { timing: { settle: "500ms", notReadyDeadline: "168h" }, targets, destinations };
  const object = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name }, spec };
  const path = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
  expect(await stage.client.request("POST", path, { body: object })).toMatchObject({ code: 201 });
  const both = (sha: string, clusters: readonly [prod: number, dev: number]) =>
    until(`both targets have ${sha}`, () => {
      const [prod, dev] = clusters.map((it) => `success Deployed to ${it}/${it} clusters`);
      return shown("prod", sha) === prod && shown("dev", sha) === dev && toldOf(sha).length === 2;
    });

  const first = await fleet.commit(name);
  fleet.addGitRepo(name);
  await both(first, [1, 1]);

  // One that joins reopens nothing.
  join("porto", "dev");
  await until("it runs there", () => fleet.holds("porto", { name, sha: first }));
  const second = await fleet.commit(name);
  await both(second, [1, 2]);
  expect(shown("dev", first)).toBe("success Deployed to 1/1 clusters");

  // What keeps dev waiting goes to prod, which has told of the commit already: neither is told what is not so.
  fleet.now.setClusterOnline("porto", false);
  const third = await fleet.commit(name);
  await until("prod has it", () => shown("prod", third) === "success Deployed to 1/1 clusters" && toldOf(third).length === 1);
  await until("dev waits", () => shown("dev", third).startsWith("pending"));
  expect(toldOf(third)).toEqual(["prod GitRepoReady"]);
  move("porto", "prod");
  await until("dev has it", () => shown("dev", third) === "success Deployed to 1/1 clusters" && toldOf(third).length === 2);
  fleet.now.setClusterOnline("porto", true);
  await until("it runs there", () => fleet.holds("porto", { name, sha: third }));
  expect([shown("prod", third), toldOf(third)]).toEqual([
    "success Deployed to 1/1 clusters",
    ["prod GitRepoReady", "dev GitRepoReady"],
  ]);

  // The last one leaves dev in the middle of a rollout; what is said of prod goes on.
  const fourth = await fleet.commit(name, stuck);
  await until("both wait", () => ["prod", "dev"].every((it) => shown(it, fourth).startsWith("pending")));
  leave("lisbon");
  await until("it is closed", () => shown("dev", fourth) === "error No longer reported");
  const fifth = await fleet.commit(name);
  await until("prod has it", () => shown("prod", fifth) === "success Deployed to 2/2 clusters" && toldOf(fifth).length === 1);
  const shared = `success Deployed with ${fifth.slice(0, 7)} to 2/2 clusters`;
  await until("what it replaced shares it", () => shown("prod", fourth) === shared);
  expect([shown("dev", fifth), toldOf(fifth)]).toEqual(["", ["prod GitRepoReady"]]);

  // One comes back: the stream goes on where it was.
  join("faro", "dev");
  await until("dev has it", () => shown("dev", fifth) === "success Deployed to 1/1 clusters" && toldOf(fifth).length === 2);
  const sixth = await fleet.commit(name);
  await both(sixth, [2, 1]);
  expect(lies).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { fleetUnderTest, repo, sha, treeOf, type FleetUnderTest } from "./fleet-under-test.ts";

interface GitRepoStatus {
  readonly commit?: string;
  readonly webhookCommit?: string;
  readonly gitJobStatus?: string;
  readonly updateGeneration?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly summary?: Readonly<Record<string, number>>;
}

function status(under: FleetUnderTest): GitRepoStatus {
  const status: GitRepoStatus = under.find("GitRepo", "shop")?.status ?? {};
  return status;
}

function ready(under: FleetUnderTest): string {
  return status(under).conditions?.find(({ type }) => type === "Ready")?.status ?? "";
}

/** A Fleet whose two clusters run commit a. */
function deployed(options: Parameters<typeof fleetUnderTest>[0] = {}): FleetUnderTest {
  const under = fleetUnderTest(options);
  under.git.commit(sha("a"), treeOf({ web: "1" }));
  under.fleet.addGitRepo({ name: "shop", repo, pollingIntervalMs: 2_000 });
  under.until(() => under.fleet.isTrue("shop", treeOf({ web: "1" })));
  under.pass(10_000);
  expect(ready(under)).toBe("True");
  return under;
}

describe("the windows in which Fleet says what is not so (fleet-facts §1.2)", () => {
  test("W1: it shows the new commit and Ready while every cluster runs the old one", () => {
    const under = deployed();
    under.git.commit(sha("b"), treeOf({ web: "2" }));
    const shown = under.until(() => status(under).commit === sha("b"));
    expect(ready(under)).toBe("True");
    expect(status(under).observedGeneration).toBe(1);
    expect(status(under).summary).toEqual({ desiredReady: 2, ready: 2 });
    expect([...under.fleet.runs("c1", "shop").values()].map(({ sha: live }) => live)).toEqual([sha("a")]);
    const live = under.until(() => under.fleet.isTrue("shop", treeOf({ web: "2" })));
    expect(live - shown).toBeGreaterThan(1_500);
  });

  test("W2: after a failed Job it goes on saying Ready, with the commit that is nowhere", () => {
    const under = deployed();
    under.git.commit(sha("b"), treeOf({ web: "2" }, { kind: "jobFails", message: "bad fleet.yaml" }));
    under.until(() => status(under).gitJobStatus === "Failed");
    under.pass(30_000);
    expect(status(under)).toMatchObject({ commit: sha("b"), gitJobStatus: "Failed" });
    expect(ready(under)).toBe("True");
    expect(status(under).conditions?.find(({ type }) => type === "Stalled")).toMatchObject({
      status: "True",
      message: "bad fleet.yaml",
    });
    expect(under.fleet.isTrue("shop", treeOf({ web: "1" }))).toBe(true);
  });

  test("W6: no clusters at all is Ready, 0 of 0", () => {
    const under = fleetUnderTest({ clusters: [] });
    under.git.commit(sha("a"), treeOf({ web: "1" }));
    under.fleet.addGitRepo({ name: "shop", repo, pollingIntervalMs: 2_000 });
    under.pass(20_000);
    expect(ready(under)).toBe("True");
    expect(status(under).summary).toEqual({ desiredReady: 0, ready: 0 });
  });

  test("W8: what falls ill at once is reported Ready first, and NotReady 5 s later", () => {
    const under = deployed();
    under.git.commit(sha("b"), treeOf({ web: "2" }, { kind: "unhealthyLate", message: "not reconciled" }));
    const bundleDeployment = () =>
      under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c1")?.status as { ready?: boolean; release?: string };
    const reported = under.until(() => bundleDeployment().release === "shop/shop-web:2");
    expect(bundleDeployment().ready).toBe(true);
    expect(under.fleet.isTrue("shop", treeOf({ web: "2" }))).toBe(false);
    const seen = under.until(() => bundleDeployment().ready === undefined);
    expect(seen - reported).toBeGreaterThan(4_000);
  });
});

describe("what a Job deploys", () => {
  test("a Job clones the branch's head, so that newer content runs under the older commit's name", () => {
    const under = deployed();
    under.fleet.changeGitRepo("shop", { pollingIntervalMs: 45_000 });
    under.pass(20_000);
    under.git.commit(sha("b"), treeOf({ web: "2" }));
    under.until(() => status(under).commit === sha("b"));
    under.git.commit(sha("c"), treeOf({ web: "3" }));
    under.until(() => under.fleet.isTrue("shop", treeOf({ web: "3" })), 20_000);
    under.pass(5_000);
    expect(status(under).commit).toBe(sha("b"));
    expect(under.find("Bundle", "shop-web")?.metadata.labels?.["fleet.cattle.io/commit"]).toBe(sha("b"));
    expect(ready(under)).toBe("True");
  });

  test("a bundle that is gone from git goes from Fleet first and from the clusters after that", () => {
    const under = fleetUnderTest();
    under.git.commit(sha("a"), treeOf({ web: "1", db: "1" }));
    under.fleet.addGitRepo({ name: "shop", repo, pollingIntervalMs: 2_000 });
    under.until(() => under.fleet.isTrue("shop", treeOf({ web: "1", db: "1" })));
    under.git.commit(sha("b"), treeOf({ web: "1" }));
    under.until(() => under.find("Bundle", "shop-db") === undefined);
    expect(under.fleet.runs("c1", "shop").has("db")).toBe(true);
    under.until(() => under.fleet.isTrue("shop", treeOf({ web: "1" })));
  });

  test("a commit that changes no bundle moves the labels, and no agent applies anything", () => {
    const under = deployed();
    under.git.commit(sha("b"), treeOf({ web: "1" }));
    const labels = () => under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c2")?.metadata.labels;
    under.until(() => labels()?.["fleet.cattle.io/commit"] === sha("b"));
    under.pass(20_000);
    expect(under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c2")?.status).toMatchObject({
      release: "shop/shop-web:1",
    });
  });

  test("forceSync redeploys the same commit", () => {
    const under = deployed();
    under.fleet.forceSync("shop");
    under.until(() => status(under).updateGeneration === 1);
    under.pass(20_000);
    expect(status(under).commit).toBe(sha("a"));
    expect(under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c1")?.status).toMatchObject({
      release: "shop/shop-web:2",
      syncGeneration: 1,
    });
  });
});

describe("clusters", () => {
  test("an offline cluster keeps what it has, and catches up when it is back", () => {
    const under = deployed();
    under.fleet.setClusterOnline("c2", false);
    under.git.commit(sha("b"), treeOf({ web: "2" }));
    under.until(() => under.fleet.holds("c1", "shop", treeOf({ web: "2" })));
    under.pass(60_000);
    expect(under.fleet.holds("c2", "shop", treeOf({ web: "1" }))).toBe(true);
    expect(ready(under)).toBe("False");
    under.fleet.setClusterOnline("c2", true);
    under.until(() => under.fleet.isTrue("shop", treeOf({ web: "2" })));
    under.until(() => ready(under) === "True");
  });

  test("a bundle that is removed while a cluster is offline stays there until it is back, and no object shows it", () => {
    const under = deployed();
    under.fleet.setClusterOnline("c2", false);
    under.git.commit(sha("b"), treeOf({ api: "1" }));
    under.until(() => under.find("Bundle", "shop-web") === undefined);
    under.pass(60_000);
    expect(under.fleet.runs("c2", "shop").has("web")).toBe(true);
    expect(under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c2")).toBeUndefined();
    under.fleet.setClusterOnline("c2", true);
    under.until(() => under.fleet.isTrue("shop", treeOf({ api: "1" })));
  });

  test("a bundle that falls ill on one cluster makes the GitRepo not ready, and ready again when it recovers", () => {
    const under = deployed();
    under.fleet.setHealthy({ gitRepo: "shop", path: "web", cluster: "c1" }, false);
    under.until(() => ready(under) === "False");
    expect(under.fleet.isTrue("shop", treeOf({ web: "1" }))).toBe(false);
    under.fleet.setHealthy({ gitRepo: "shop", path: "web", cluster: "c1" }, true);
    under.until(() => ready(under) === "True");
  });

  test("a cluster that is labelled later gets the commit; one that loses its label loses it", () => {
    const under = fleetUnderTest();
    under.git.commit(sha("a"), treeOf({ web: "1" }));
    const targets = [{ name: "prod", matchLabels: { env: "prod" } }];
    under.fleet.addGitRepo({ name: "shop", repo, pollingIntervalMs: 2_000, targets });
    under.pass(10_000);
    expect(under.fleet.targets("shop")).toEqual([]);
    under.fleet.setClusterLabels("c1", { env: "prod" });
    under.until(() => under.fleet.holds("c1", "shop", treeOf({ web: "1" })));
    under.fleet.setClusterLabels("c1", {});
    under.until(() => under.fleet.runs("c1", "shop").size === 0);
  });
});

describe("webhooks", () => {
  test("a webhook makes Fleet read the head, not the commit that it names", () => {
    const under = deployed();
    under.fleet.changeGitRepo("shop", { pollingIntervalMs: 3_600_000 });
    under.pass(10_000);
    under.git.commit(sha("b"), treeOf({ web: "2" }));
    under.git.commit(sha("c"), treeOf({ web: "3" }));
    under.fleet.webhook("shop", sha("b"));
    under.until(() => status(under).commit === sha("c"), 1_000);
  });

  test("one that comes while the git server is down is lost; the next poll finds the commit", () => {
    const under = deployed();
    under.git.isDown = true;
    under.git.commit(sha("b"), treeOf({ web: "2" }));
    under.fleet.webhook("shop", sha("b"));
    under.pass(10_000);
    expect(status(under)).toMatchObject({ commit: sha("a"), webhookCommit: sha("b") });
    expect(status(under).conditions?.find(({ type }) => type === "GitPolling")).toMatchObject({ status: "False" });
    under.git.isDown = false;
    under.until(() => status(under).commit === sha("b"));
  });

  test("one for an older commit comes late: webhookCommit shows it for a while, and nothing else happens", () => {
    const under = deployed();
    under.fleet.webhook("shop", sha("f"));
    under.pass(10_000);
    expect(status(under)).toMatchObject({ webhookCommit: sha("f"), commit: sha("a") });
    under.pass(30_000);
    expect(status(under).webhookCommit).toBe(sha("a"));
  });
});

test("the same seed makes the same story, to the last byte", () => {
  const [one, other, third] = [7, 7, 8].map((seed) => {
    const under = deployed({ seed });
    return under.world.list(under.world.kindAt({ group: "fleet.cattle.io", version: "v1alpha1", plural: "gitrepos" })!);
  });
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  expect(JSON.stringify(one)).not.toBe(JSON.stringify(third));
});

test("a GitRepo that is removed takes its bundles and what is on the clusters with it", () => {
  const under = deployed();
  under.fleet.removeGitRepo("shop");
  expect(under.find("GitRepo", "shop")?.metadata.deletionTimestamp).toBeDefined();
  under.until(() => under.find("GitRepo", "shop") === undefined);
  expect(under.find("Bundle", "shop-web")).toBeUndefined();
  expect(under.find("BundleDeployment", "shop-web", "cluster-fleet-default-c1")).toBeUndefined();
});

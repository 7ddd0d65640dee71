import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { allKinds, kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { runCommand } from "../../test/docs/run-command.ts";
import { explain } from "./explain.ts";
import { render } from "./render.ts";
import { setup } from "./setup.ts";

const notification = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations: [{ name: status, github: { commitStatus: {} } }]
`;

interface Kubeconfig {
  readonly clusters: { readonly cluster: { server: string } }[];
  readonly users: { user: Record<string, unknown> }[];
}

let folder: string;
let kubernetes: KubernetesApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-newcomer-"));
});
afterEach(async () => {
  await kubernetes.close();
  await rm(folder, { recursive: true, force: true });
});

/** A cluster with one GitRepo; some kinds may be missing. */
async function cluster(isThere: (group: string) => boolean = () => true): Promise<void> {
  const objects = new KubernetesObjects({ nowMs: 0, kinds: allKinds.filter((it) => isThere(it.group)) });
  objects.create(kinds.namespace, { metadata: { name: "fleet-default" } }, { nowMs: 0 });
  if (isThere(kinds.gitRepo.group)) {
    const gitRepo = { metadata: { name: "shop" }, spec: { repo: "https://github.com/acme/shop.git", branch: "main" } };
    objects.create(kinds.gitRepo, gitRepo, { nowMs: 0, namespace: "fleet-default" });
  }
  kubernetes = await startKubernetesApi(objects, { now: () => 0 });
  await writeFile(join(folder, "kubeconfig"), kubernetes.kubeconfig);
}

/** Writes another kubeconfig than the cluster's own. */
async function change(edit: (config: Kubeconfig) => void): Promise<void> {
  const config = parse(kubernetes.kubeconfig) as Kubeconfig;
  edit(config);
  await writeFile(join(folder, "kubeconfig"), stringify(config));
}

/** What every verb that asks the cluster says, each line once. */
async function said(gitRepo = "fleet-default/shop"): Promise<string> {
  const kubeconfig = `--kubeconfig=${join(folder, "kubeconfig")}`;
  const calls = [
    () => runCommand(explain, [gitRepo, kubeconfig]),
    () => runCommand(explain, [gitRepo, "--notifications", kubeconfig]),
    () => runCommand(render, ["-", "--event=GitRepoReady", `--gitrepo=${gitRepo}`, kubeconfig], notification),
  ];
  const told: string[] = [];
  for (const call of calls) {
    const { exitCode, stdout, stderr } = await call();
    const line = `${exitCode} ${stdout}${stderr}`
      .replaceAll(folder, "/home")
      .replaceAll(new URL(kubernetes.url).host, "127.0.0.1:6443");
    told.push(line);
  }
  return told.join("");
}

describe("what a newcomer meets, and what to do about it", () => {
  test("a kubeconfig that is not there", async () => {
    await cluster();
    await rm(join(folder, "kubeconfig"));
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: Cannot authenticate to Kubernetes: the kubeconfig cannot be read: ENOENT: no such file or directory, open '/home/kubeconfig'. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      1 signalman explain: Cannot authenticate to Kubernetes: the kubeconfig cannot be read: ENOENT: no such file or directory, open '/home/kubeconfig'. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      1 signalman render: Cannot authenticate to Kubernetes: the kubeconfig cannot be read: ENOENT: no such file or directory, open '/home/kubeconfig'. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      "
    `);
  });

  test("a token that has expired", async () => {
    await cluster();
    await change(({ users }) => users.forEach((it) => (it.user = { token: "old" })));
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: the cluster does not take the kubeconfig's credentials (401 Unauthorized). They may have expired: log in again as for kubectl. [ClusterCredentials]
      1 signalman explain: the cluster does not take the kubeconfig's credentials (401 Unauthorized). They may have expired: log in again as for kubectl. [ClusterCredentials]
      1 signalman render: the cluster does not take the kubeconfig's credentials (401 Unauthorized). They may have expired: log in again as for kubectl. [ClusterCredentials]
      "
    `);
  });

  test("a user without rights", async () => {
    await cluster();
    await change(({ users }) => users.forEach((it) => (it.user = {})));
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: clusters.fleet.cattle.io is forbidden: User "system:anonymous" cannot list resource "clusters" in API group "fleet.cattle.io" at the cluster scope. Ask whoever runs the cluster for this right, or take another kubeconfig. [ClusterForbidden]
      1 signalman explain: gitrepos.fleet.cattle.io is forbidden: User "system:anonymous" cannot list resource "gitrepos" in API group "fleet.cattle.io" in the namespace "fleet-default". Ask whoever runs the cluster for this right, or take another kubeconfig. [ClusterForbidden]
      1 signalman render: clusters.fleet.cattle.io is forbidden: User "system:anonymous" cannot list resource "clusters" in API group "fleet.cattle.io" at the cluster scope. Ask whoever runs the cluster for this right, or take another kubeconfig. [ClusterForbidden]
      "
    `);
  });

  test("a login command that is not installed", async () => {
    await cluster();
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-login", interactiveMode: "Never" };
    await change(({ users }) => users.forEach((it) => (it.user = { exec })));
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: Cannot authenticate to Kubernetes: spawn no-such-login ENOENT. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      1 signalman explain: Cannot authenticate to Kubernetes: spawn no-such-login ENOENT. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      1 signalman render: Cannot authenticate to Kubernetes: spawn no-such-login ENOENT. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount. [ClusterCredentials]
      "
    `);
  });

  test("a cluster that does not run", async () => {
    await cluster();
    await change(({ clusters }) => clusters.forEach((it) => (it.cluster.server = "https://127.0.0.1:1")));
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: the cluster cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Look whether "kubectl get gitrepos -A" works from here, and whether --kubeconfig or KUBECONFIG names the right cluster. [ClusterUnreachable]
      1 signalman explain: the cluster cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Look whether "kubectl get gitrepos -A" works from here, and whether --kubeconfig or KUBECONFIG names the right cluster. [ClusterUnreachable]
      1 signalman render: the cluster cannot be reached: connect ECONNREFUSED 127.0.0.1:1. Look whether "kubectl get gitrepos -A" works from here, and whether --kubeconfig or KUBECONFIG names the right cluster. [ClusterUnreachable]
      "
    `);
  });

  test("another cluster than Fleet's", async () => {
    await cluster((group) => group !== "fleet.cattle.io");
    expect(await said()).toMatchInlineSnapshot(`
      "1 signalman explain: the cluster has no clusters.fleet.cattle.io. Name the cluster in which Fleet's controllers run with --kubeconfig or KUBECONFIG. [KindMissing]
      1 signalman explain: the cluster has no gitrepos.fleet.cattle.io. Name the cluster in which Fleet's controllers run with --kubeconfig or KUBECONFIG. [KindMissing]
      1 signalman render: the cluster has no clusters.fleet.cattle.io. Name the cluster in which Fleet's controllers run with --kubeconfig or KUBECONFIG. [KindMissing]
      "
    `);
  });

  test("a cluster in which Signalman is not installed yet: what Fleet shows is explained all the same", async () => {
    await cluster((group) => group !== "signalman.dev");
    expect(await said()).toMatchInlineSnapshot(`
      "1 fleet-default/shop  (no commit yet)
        not deployed yet; clusters: 0/0 ready; since 0 s
        waits for (A applied, B every bundle, C every cluster):
          A  Fleet has not seen a commit yet (for 0 s)
          A  Fleet has not looked at the GitRepo's latest change (for 0 s)
          A  the Job that applies the commit was not seen to end (for 0 s)
          B  the commit brought no bundles (for 0 s)
      1 signalman explain: the cluster has no clusternotifications.signalman.dev. Install Signalman's kinds: "kubectl apply -k deploy/". [KindMissing]
      0 signalman render: history and pull requests are left out: Signalman has neither a GitHub App nor a token. Set APP_ID and PRIVATE_KEY, or GITHUB_TOKEN
      signalman render: Notification fleet-default/deployments, destination "status" sends nothing: fleet-default/shop is on its way, so GitRepoReady is not true of it; "signalman explain fleet-default/shop" says what it waits for
      "
    `);
  });

  test("a typo in the name, and the wrong namespace", async () => {
    await cluster();
    expect(await said("fleet-default/shpo")).toMatchInlineSnapshot(`
      "1 signalman explain: there is no GitRepo fleet-default/shpo. Did you mean fleet-default/shop? [GitRepoMissing]
      1 signalman explain: there is no GitRepo fleet-default/shpo. Did you mean fleet-default/shop? [GitRepoMissing]
      1 signalman render: there is no GitRepo fleet-default/shpo. Did you mean fleet-default/shop? [GitRepoMissing]
      "
    `);
    expect(await said("default/shop")).toMatchInlineSnapshot(`
      "1 signalman explain: there is no GitRepo default/shop. Did you mean fleet-default/shop? [GitRepoMissing]
      1 signalman explain: there is no GitRepo default/shop. See "kubectl get gitrepos -A". [GitRepoMissing]
      1 signalman render: there is no GitRepo default/shop. Did you mean fleet-default/shop? [GitRepoMissing]
      "
    `);
  });
});

test("setup says the same of a cluster that it cannot use", async () => {
  await cluster();
  await change(({ users }) => users.forEach((it) => (it.user = { token: "old" })));
  const { exitCode, stderr } = await runCommand(setup, [`--kubeconfig=${join(folder, "kubeconfig")}`]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("[ClusterCredentials]");
});

test("a file without a Notification is no reason to say nothing", async () => {
  await cluster();
  const { exitCode, stderr } = await runCommand(render, ["-", "--event=GitRepoReady"], "apiVersion: v1\nkind: ConfigMap\n");
  expect({ exitCode, stderr }).toMatchInlineSnapshot(`
    {
      "exitCode": 2,
      "stderr": "signalman render: -: there is no Notification or ClusterNotification in it. [WrongArguments]
    ",
    }
  `);
});

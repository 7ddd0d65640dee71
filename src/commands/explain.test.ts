import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { runCommand } from "../../test/docs/run-command.ts";
import { explain } from "./explain.ts";

let folder: string;
let objects: KubernetesObjects;
let kubernetes: KubernetesApi;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-explain-"));
  objects = new KubernetesObjects({ nowMs: 0 });
  for (const name of ["fleet-default", "team-shop"]) objects.create(kinds.namespace, { metadata: { name } }, { nowMs: 0 });
  kubernetes = await startKubernetesApi(objects, { now: () => 0 });
  await writeFile(join(folder, "kubeconfig"), kubernetes.kubeconfig);
});
afterEach(async () => {
  await kubernetes.close();
  await rm(folder, { recursive: true, force: true });
});

function addGitRepo(namespace: string, metadata: object = {}): void {
  const object = { metadata: { name: "shop", ...metadata }, spec: { repo: "https://github.com/acme/shop.git", branch: "main" } };
  objects.create(kinds.gitRepo, object, { nowMs: 0, namespace });
}

function add(kind: "notification" | "clusterNotification", name: string, spec: string, namespace = "fleet-default"): void {
  const at = kind === "notification" ? { nowMs: 0, namespace } : { nowMs: 0 };
  objects.create(kinds[kind], { metadata: { name }, spec: parse(spec) as unknown }, at);
}

function explained(...args: readonly string[]) {
  return runCommand(explain, [`--kubeconfig=${join(folder, "kubeconfig")}`, ...args]);
}

const platform = `
destinations:
- name: chat
  on: [GitRepoReady, GitRepoFailed]
  webhook:
    url: https://hooks.example.com/all
    auth: { bearer: { secretRef: { namespace: platform, name: hook, key: token } } }
- { name: status, github: { commitStatus: {} } }
`;

describe("explain --notifications", () => {
  test("each rule with its fields and where they come from, what is muted, what is wrong, and what is about others", async () => {
    addGitRepo("fleet-default");
    add("clusterNotification", "deployments", platform);
    add(
      "notification",
      "deployments",
      `
destinations:
- { name: chat, order: every }
- { name: status, suspend: true }
targets:
- name: prod
  match: { clusterGroup: prod }
  timing: { settle: 1m }
  destinations: [{ name: chat, webhook: { url: "https://hooks.example.com/prod" } }]
`,
    );
    add("notification", "broken", "destinations: [{ name: x, webhook: { url: 'ftp://x' } }]");
    add(
      "notification",
      "others",
      "gitRepos: { names: [pay] }\ndestinations: [{ name: x, webhook: { url: 'https://x.example' } }]",
    );
    expect(await explained("fleet-default/shop", "--notifications")).toMatchInlineSnapshot(`
      {
        "exitCode": 1,
        "stderr": "",
        "stdout": "fleet-default/shop: 4 rules

      ClusterNotification deployments, destination "chat" (webhook), target "prod"
        match          {"clusterGroup":"prod"}         Notification fleet-default/deployments: spec.targets[0].match
        on             GitRepoReady, GitRepoFailed     ClusterNotification deployments: spec.destinations[0].on
        order          every                           Notification fleet-default/deployments: spec.destinations[0].order
        webhook.url    https://hooks.example.com/prod  Notification fleet-default/deployments: spec.targets[0].destinations[0].webhook.url
        timing.settle  1m                              Notification fleet-default/deployments: spec.targets[0].timing.settle
        by default: webhook.method POST; webhook.format event; webhook.timeout 10s; timing.errorGrace 3m; timing.notReadyDeadline 10m; timing.maxHold 10m; modified failure
        not inherited from ClusterNotification deployments: webhook.auth

      ClusterNotification deployments, destination "status" (commitStatus), target "prod"
        muted by Notification fleet-default/deployments: spec.destinations[1].suspend
        match          {"clusterGroup":"prod"}  Notification fleet-default/deployments: spec.targets[0].match
        timing.settle  1m                       Notification fleet-default/deployments: spec.targets[0].timing.settle
        by default: on GitRepoDeploying, GitRepoReady, GitRepoFailed, GitRepoRolledBack; order latest; github.commitStatus.group gitRepo; github.commitStatus.pullRequestHeads true; timing.errorGrace 3m; timing.notReadyDeadline 10m; timing.maxHold 10m; modified failure

      ClusterNotification deployments, destination "chat" (webhook)
        on            GitRepoReady, GitRepoFailed                                   ClusterNotification deployments: spec.destinations[0].on
        order         every                                                         Notification fleet-default/deployments: spec.destinations[0].order
        webhook.url   https://hooks.example.com/all                                 ClusterNotification deployments: spec.destinations[0].webhook.url
        webhook.auth  {"bearer":{"secretRef":{"namespace":"platform","name":"hook…  ClusterNotification deployments: spec.destinations[0].webhook.auth
        by default: webhook.method POST; webhook.format event; webhook.timeout 10s; timing.settle 15s; timing.errorGrace 3m; timing.notReadyDeadline 10m; timing.maxHold 10m; modified failure

      ClusterNotification deployments, destination "status" (commitStatus)
        muted by Notification fleet-default/deployments: spec.destinations[1].suspend
        by default: on GitRepoDeploying, GitRepoReady, GitRepoFailed, GitRepoRolledBack; order latest; github.commitStatus.group gitRepo; github.commitStatus.pullRequestHeads true; timing.settle 15s; timing.errorGrace 3m; timing.notReadyDeadline 10m; timing.maxHold 10m; modified failure

      Not sent, because something is wrong:
        Notification fleet-default/broken: spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone. [InvalidUrl]

      Not about this GitRepo (spec.gitRepos):
        Notification fleet-default/others
      ",
      }
    `);
  });

  test("as one object for programs", async () => {
    addGitRepo("fleet-default", { annotations: { "signalman.dev/suspend": "true" } });
    add("notification", "small", "destinations: [{ name: status, github: { commitStatus: {} } }]");
    const { stdout, exitCode } = await explained("fleet-default/shop", "--notifications", "--output=json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      gitRepo: { namespace: "fleet-default", name: "shop", suspended: true },
      rules: [
        {
          notification: { kind: "Notification", namespace: "fleet-default", name: "small" },
          destination: "status",
          type: "commitStatus",
          target: "",
          fields: expect.arrayContaining([{ field: "order", value: "latest", from: null }]) as unknown,
        },
      ],
      problems: [],
      notSelecting: [],
    });
    expect((await explained("fleet-default/shop", "--notifications")).stdout).toContain(
      'muted: its annotation signalman.dev/suspend is "true"',
    );
  });

  test("whether a namespace may report to the repository is known from run's own grants alone", async () => {
    addGitRepo("team-shop");
    add("notification", "own", "destinations: [{ name: status, github: { commitStatus: {} } }]", "team-shop");
    const unknown = await explained("team-shop/shop", "--notifications");
    expect(unknown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("--repository-policy for it") as unknown });
    const refused = await explained("team-shop/shop", "--notifications", "--repository-policy=other=acme/*");
    expect(refused).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("[RepositoryNotAllowed]") as unknown });
    const granted = await explained("team-shop/shop", "--notifications", "--repository-policy=team-shop=acme/*");
    expect(granted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("1 rule\n") as unknown });
  });

  test("nobody is about it", async () => {
    addGitRepo("fleet-default");
    expect((await explained("fleet-default/shop", "--notifications")).stdout).toBe(
      "fleet-default/shop: no Notification sends anything for it\n",
    );
  });
});

test("explain --output json: the derivation as one object", async () => {
  addGitRepo("fleet-default");
  const { stdout, exitCode } = await explained("fleet-default/shop", "--output=json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    gitRepo: { namespace: "fleet-default", name: "shop" },
    commit: "",
    phase: "deploying",
    waitingFor: expect.arrayContaining([
      expect.objectContaining({ code: "NoCommit", text: "A  Fleet has not seen a commit yet" }) as unknown,
    ]) as unknown,
  });
});

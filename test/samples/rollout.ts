import type { GitRepoRecord } from "../../src/core/fleet/record.ts";
import type { DestinationConfig, EventType, Rule } from "../../src/core/notification/rule.ts";
import { undivided } from "../../src/core/notification/target-set.ts";
import type { ClusterCounts, Rollout, RolloutPhase } from "../../src/core/rollout/rollout.ts";
import { sampleCommitStatus } from "./commit-status.ts";
import { sampleWebhook } from "./webhook.ts";

export function sampleGitRepo(fields: Partial<GitRepoRecord> = {}): GitRepoRecord {
  return {
    kind: "GitRepo",
    uid: "uid-shop",
    namespace: "fleet-default",
    name: "shop",
    labels: {},
    suspended: false,
    creationMs: 0,
    deleting: false,
    generation: 1,
    repo: "https://github.com/acme/shop.git",
    branch: "main",
    revision: "",
    paused: false,
    pollingDisabled: false,
    pollingIntervalMs: 15_000,
    forceSyncGeneration: 0,
    shard: "",
    commit: "",
    observedGeneration: 1,
    updateGeneration: 0,
    gitJobStatus: "Current",
    pollingCommit: "",
    webhookCommit: "",
    lastPollingMs: 0,
    lastWebhookMs: 0,
    accepted: null,
    stalled: null,
    gitPolling: null,
    ready: null,
    ...fields,
  };
}

export function sampleClusters(fields: Partial<ClusterCounts> = {}): ClusterCounts {
  const none = { offlineNames: [], pausedNames: [], failedNames: [], updatingNames: [] };
  return { total: 3, ready: 3, failed: 0, offline: 0, paused: 0, updating: 0, ...none, ...fields };
}

export function sampleRollout(commit: string, phase: RolloutPhase, fields: Partial<Rollout> = {}): Rollout {
  const gitRepo = fields.gitRepo ?? sampleGitRepo({ commit });
  const isReady = phase === "ready";
  return {
    gitRepo,
    target: "",
    key: { gitRepoUid: gitRepo.uid, commit, generation: 1, forceSyncGeneration: 0 },
    phase,
    applied: true,
    holding: false,
    waitingFor: isReady ? [] : [{ code: "WaitApplied", bundle: "shop-a", cluster: "c1", message: "", sinceMs: 0 }],
    failure: phase === "failed" ? { kind: "job", message: "invalid fleet.yaml", clusters: [] } : null,
    clusters: sampleClusters(isReady ? {} : { ready: 1, updating: 2 }),
    bundles: 1,
    changed: true,
    startedMs: 0,
    wanted: true,
    ...fields,
  };
}

const defaults: Record<DestinationConfig["type"], readonly EventType[]> = {
  commitStatus: ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"],
  checkRun: ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"],
  deployment: ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"],
  repositoryDispatch: ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"],
  pullRequestComment: ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"],
  webhook: ["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"],
};

const configs: { [Type in DestinationConfig["type"]]: Extract<DestinationConfig, { type: Type }> } = {
  commitStatus: sampleCommitStatus,
  checkRun: { type: "checkRun" },
  deployment: { type: "deployment", environment: "" },
  repositoryDispatch: { type: "repositoryDispatch", eventType: "fleet" },
  pullRequestComment: { type: "pullRequestComment", body: "" },
  webhook: sampleWebhook,
};

export function sampleRule(type: DestinationConfig["type"], fields: Partial<Rule> = {}): Rule {
  const standards = {
    timing: { settleMs: 15_000, errorGraceMs: 180_000, notReadyDeadlineMs: 600_000, maxHoldMs: 600_000 },
    modified: "failure",
  } as const;
  return {
    notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
    generation: 1,
    creationMs: 0,
    destination: type,
    target: "",
    targets: undivided(standards),
    on: new Set(defaults[type]),
    when: null,
    order: "latest",
    ...standards,
    suspended: false,
    account: null,
    config: configs[type],
    ...fields,
  };
}

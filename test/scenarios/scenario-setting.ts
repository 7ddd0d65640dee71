import { namespace, notificationName, receivers } from "../../simulator/simulation/simulated-notification.ts";
import { RepositoryTruth } from "../../simulator/simulation/repository-truth.ts";
import type { WorldSetting } from "../../simulator/simulation/world-setting.ts";
import type { ScenarioSetting } from "./scenario.ts";
import type { ScriptedFaults } from "./scripted-faults.ts";

const on = ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"];

/** What a scenario may name as a destination; `log` is `order: every` and hears of everything. */
const destinations: Readonly<Record<string, object>> = {
  status: { name: "status", github: { commitStatus: {} } },
  /** What a change of the context of `status` can meet. */
  holder: { name: "holder", github: { commitStatus: { context: "deploy/shop/held" } } },
  /** One status for all GitRepos of a repository. */
  group: { name: "group", github: { commitStatus: { group: "repository" } } },
  pr: { name: "pr", github: { pullRequestComment: {} } },
  chat: { name: "chat", webhook: { url: `https://${receivers.latest}/hook` } },
  log: { name: "log", order: "every", on, webhook: { url: `https://${receivers.every}/hook` } },
  comings: { name: "comings", on: ["GitRepoAdded", "GitRepoRemoved"], webhook: { url: `https://${receivers.news}/hook` } },
};

/** The world that a scenario describes, with nothing of it left to chance. */
export function settingOf(scenario: ScenarioSetting, faults: ScriptedFaults): WorldSetting {
  const names = [...new Set(scenario.gitRepos.map(({ repository }) => repository))];
  const repositories = names.map((name) => new RepositoryTruth(name));
  const gitRepos = scenario.gitRepos.map(({ name, repository }) => ({
    name,
    repository: repositories[names.indexOf(repository)]!,
    isThere: false,
    absences: [],
    branch: "main",
    revision: "",
    movedMs: -Infinity,
  }));
  const sent = scenario.destinations.map((name) => {
    const found = destinations[name];
    if (found === undefined) throw new Error(`no destination "${name}". Allowed: ${Object.keys(destinations).join(", ")}`);
    return found;
  });
  const targets = scenario.targets.map((name) => ({ name, match: { clusterSelector: { matchLabels: { stage: name } } } }));
  return {
    faults,
    cuts: { rate: 0, mostMs: 0 },
    replicas: [],
    repositories,
    gitRepos,
    clusters: scenario.clusters,
    hasNews: false,
    hasClusterNews: false,
    marksMore: false,
    isDivided: false,
    isGrouped: false,
    hasTeam: false,
    notification: ({ isSuspended, generation }) => ({
      apiVersion: "signalman.dev/v1alpha1",
      kind: "Notification",
      metadata: { namespace, name: notificationName, uid: "notification", generation, creationTimestamp: "2026-11-23T00:00:00Z" },
      spec: {
        timing: scenario.timing,
        destinations: sent,
        ...(targets.length > 0 && { targets }),
        ...(isSuspended ? { suspend: true } : {}),
      },
    }),
  };
}

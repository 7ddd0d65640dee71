import { ClusterClaims } from "../../core/cluster-claims.ts";
import type { Notification } from "../../core/notification/notification.ts";
import { knownPolicy } from "../../core/notification/repository-policy.ts";
import { resolveRules } from "../../core/notification/resolve.ts";
import type { Rule } from "../../core/notification/rule.ts";
import { judgeTargets } from "../../core/rollout/judge.ts";
import type { Division } from "../../core/rollout/scope.ts";
import type { Rollout, RolloutPhase } from "../../core/rollout/rollout.ts";
import { systemClock } from "../../engine/system-clock.ts";
import { GitHubRepositoryHost } from "../../github/repository-host.ts";
import { clusterUid } from "../../kubernetes/cluster-uid.ts";
import type { Settings } from "../../settings.ts";
import type { Connections } from "../connections.ts";
import { LiveCluster, type LiveGitRepo } from "../live-cluster.ts";
import { isGrouping } from "../../core/group/repository-group.ts";
import { asGroup } from "./as-group.ts";
import { type LiveEvent, phaseOfEvent } from "./live-events.ts";
import { liveMessage } from "./live-message.ts";
import { streamKeyOf, type Trial, type Trials } from "./trial.ts";
import { withNamespace } from "./with-namespace.ts";

interface Subject {
  readonly gitRepo: { readonly namespace: string; readonly name: string };
  readonly event: LiveEvent;
  readonly settings: Settings;
  readonly connections: Connections;
}

/**
 * What Notifications would be told of a GitRepo as it is now: judged as `run` judges it, after what `run` has told its streams. Only what is true
 * is told: where the rollout is not where the event says, the trial is unfit. Rejects where the cluster cannot be read, or has no such GitRepo.
 */
export async function liveTrials(
  notifications: readonly Notification[],
  { gitRepo: { namespace, name }, event, settings, connections }: Subject,
  signal: AbortSignal,
): Promise<Trials> {
  const client = await connections.kubernetes();
  const accounts = await connections.accounts(signal);
  const host = new GitHubRepositoryHost({ clientsOf: (account, abort) => accounts.of(account, abort), clock: systemClock });
  const cluster = await LiveCluster.look(client, { checkinIntervalMs: settings.agentCheckinIntervalMs, signal });
  const now = systemClock.now();
  const live = cluster.gitRepo({ namespace, name }, now);
  const { gitRepo } = live.view;
  const resolution = resolveRules(
    notifications.map((it) => withNamespace(it, namespace)),
    knownPolicy(settings.repositoryPolicy),
  );
  const { rules, problems } = resolution.rulesOf(gitRepo);
  const remarks = new Set(
    rules.length === 0
      ? [
          `no Notification of these selects ${namespace}/${name}: each is about GitRepos of its own namespace that fit spec.gitRepos`,
        ]
      : [],
  );
  const claims = new ClusterClaims();
  const trials: Trial[] = [];
  for (const rule of rules) {
    const rollout = judged(rule, { live, cluster, claims, now });
    const key = streamKeyOf(rule, gitRepo);
    const single = await liveMessage({ rule, rollout, event, stream: cluster.stream(key), host, now }, signal);
    if (single.unknown !== "") remarks.add(`history and pull requests are left out: ${single.unknown}`);
    if (isGrouping(rule))
      remarks.add(`destination "${rule.destination}" is about all GitRepos of the repository: this one is shown as the only one`);
    const message = isGrouping(rule) ? asGroup(single.message) : single.message;
    trials.push({ rule, message, stream: streamKeyOf(rule, message.gitRepo), unfit: unfitness(rollout, event) });
  }
  return { trials, problems, remarks: [...remarks], clusterUid: await clusterUid(client, signal) };
}

interface Judged {
  readonly live: LiveGitRepo;
  readonly cluster: LiveCluster;
  readonly claims: ClusterClaims;
  readonly now: number;
}

function judged({ targets, target }: Rule, { live, cluster, claims, now }: Judged): Rollout {
  const division: Division = {
    ...live,
    // Since when everything holds is not stored: what has no more to wait for than the hold is deployed.
    targets: targets.targets.map(({ name, timing, modified }) => {
      return { target: name, timing: { ...timing, settleMs: 0 }, modified };
    }),
    claimOn: (deployment) => claims.claimOn(targets, { deployment, inventory: cluster.inventory }, now),
  };
  const judgement = judgeTargets(division, now).get(target);
  if (judgement === undefined) throw new Error(`target "${target}" is none of its own set`);
  return judgement.rollout;
}

const shown: Readonly<Record<RolloutPhase, string>> = { ready: "deployed", deploying: "on its way", failed: "failed" };

/** Why the event is not true of the rollout; "" where it is. */
function unfitness({ gitRepo: { namespace, name, suspended }, target, phase, clusters }: Rollout, event: LiveEvent): string {
  const wanted = phaseOfEvent[event];
  if (suspended) return `the annotation signalman.dev/suspend of ${namespace}/${name} mutes it`;
  if (wanted === null) return target === "" ? "" : "what is about the whole GitRepo is told without a target";
  if (target !== "" && clusters.total === 0) return `${namespace}/${name} is on no cluster of the target`;
  const hint = phase === "deploying" ? `; "signalman explain ${namespace}/${name}" says what it waits for` : "";
  return wanted === phase ? "" : `${namespace}/${name} is ${shown[phase]}, so ${event} is not true of it${hint}`;
}

import { timingDefaults } from "../core/notification/defaults.ts";
import { judge } from "../core/rollout/judge.ts";
import { systemClock } from "../engine/system-clock.ts";
import { readSettings, type Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { clusterProblem } from "./cluster-problem.ts";
import { Connections } from "./connections.ts";
import { explainRules } from "./explain/explain-rules.ts";
import { explanation, explanationJson } from "./explain/explanation.ts";
import { rulesJson, rulesText } from "./explain/rules-text.ts";
import type { Invocation } from "./invocation.ts";
import { LiveCluster } from "./live-cluster.ts";

/**
 * `explain NS/GITREPO`: whether the commit is deployed and, if not, what it waits for: which part of the rule, which bundle, which cluster, since
 * when. By the same judge as `run`, from what the cluster shows now and what `run` stored. Exit 0 deployed, 1 not (yet), 2 misuse.
 *
 * With `--notifications`: what is sent for it, and where each field comes from. Exit 0; 1 where a Notification is wrong, 2 misuse.
 */
export async function explain(invocation: Invocation): Promise<number> {
  const { stdout, stderr, signal = new AbortController().signal } = invocation;
  const read = readSettings("explain", invocation);
  if (read.kind !== "settings") return tellSettings("explain", read, invocation);
  const { settings, operands } = read;
  const [namespace = "", name = "", ...rest] = (operands[0] ?? "").split("/");
  if (operands.length !== 1 || namespace === "" || name === "" || rest.length > 0) {
    const message = "name one GitRepo as NAMESPACE/NAME.";
    return tellSettings("explain", { kind: "refused", problems: [{ code: "WrongArguments", message }] }, invocation);
  }
  const connections = new Connections(settings);
  const asked = { namespace, name, settings, connections };
  try {
    const { text, isWell } = await (settings.explainNotifications ? sendings(asked, signal) : deployment(asked, signal));
    stdout.write(text);
    return isWell ? 0 : 1;
  } catch (error) {
    stderr.write(`signalman explain: ${clusterProblem(error)}\n`);
    return 1;
  } finally {
    await connections.close();
  }
}

interface Asked {
  readonly namespace: string;
  readonly name: string;
  readonly settings: Settings;
  readonly connections: Connections;
}

interface Answer {
  readonly text: string;
  readonly isWell: boolean;
}

/** Is the commit deployed? */
async function deployment({ namespace, name, settings, connections }: Asked, signal: AbortSignal): Promise<Answer> {
  const client = await connections.kubernetes();
  const cluster = await LiveCluster.look(client, { checkinIntervalMs: settings.agentCheckinIntervalMs, signal });
  const now = systemClock.now();
  const live = cluster.gitRepo({ namespace, name }, now);
  // Since when everything holds is not stored: what holds now and has no more to wait for than the hold is deployed.
  const timing = { ...timingDefaults, settleMs: 0 };
  const { rollout } = judge({ ...live, timing, modified: "failure" }, now);
  const text =
    settings.explainOutput === "json" ? explanationJson(rollout) : explanation(rollout, { now, isRemembered: live.isRemembered });
  return { text, isWell: rollout.phase === "ready" };
}

/** What is sent for it? */
async function sendings({ namespace, name, settings, connections }: Asked, signal: AbortSignal): Promise<Answer> {
  const client = await connections.kubernetes();
  const rules = await explainRules(client, { namespace, name, grants: settings.repositoryPolicy }, signal);
  const text = settings.explainOutput === "json" ? rulesJson(rules) : rulesText(rules);
  return { text, isWell: rules.problems.length === 0 };
}

import { timingDefaults } from "../core/notification/defaults.ts";
import { judge } from "../core/rollout/judge.ts";
import { systemClock } from "../engine/system-clock.ts";
import { readSettings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { Connections } from "./connections.ts";
import { explanation } from "./explain/explanation.ts";
import type { Invocation } from "./invocation.ts";
import { LiveCluster } from "./live-cluster.ts";

/**
 * `explain NS/GITREPO`: whether the commit is deployed and, if not, what it waits for: which part of the rule, which bundle, which cluster, since
 * when. By the same judge as `run`, from what the cluster shows now and what `run` stored. Exit 0 deployed, 1 not (yet), 2 misuse.
 */
export async function explain(invocation: Invocation): Promise<number> {
  const { stdout, stderr } = invocation;
  const read = readSettings("explain", invocation);
  if (read.kind !== "settings") return tellSettings("explain", read, invocation);
  const [namespace = "", name = "", ...rest] = (read.operands[0] ?? "").split("/");
  if (read.operands.length !== 1 || namespace === "" || name === "" || rest.length > 0) {
    stderr.write("signalman explain: name one GitRepo as NAMESPACE/NAME.\n");
    return 2;
  }
  const connections = new Connections(read.settings);
  try {
    const cluster = await LiveCluster.look(await connections.kubernetes(), {
      checkinIntervalMs: read.settings.agentCheckinIntervalMs,
      signal: invocation.signal ?? new AbortController().signal,
    });
    const now = systemClock.now();
    const live = cluster.gitRepo({ namespace, name }, now);
    if (live === null) {
      stderr.write(`signalman explain: there is no GitRepo ${namespace}/${name}. See "kubectl get gitrepos -A".\n`);
      return 1;
    }
    // Since when everything holds is not stored: what holds now and has no more to wait for than the hold is deployed.
    const timing = { ...timingDefaults, settleMs: 0 };
    const { rollout } = judge({ ...live, timing, modified: "failure" }, now);
    stdout.write(explanation(rollout, now));
    return rollout.phase === "ready" ? 0 : 1;
  } catch (error) {
    stderr.write(`signalman explain: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await connections.close();
  }
}

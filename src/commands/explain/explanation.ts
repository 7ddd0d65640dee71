import { errorLine } from "../../core/message/error-text.ts";
import { isoTime } from "../../core/message/event-document.ts";
import { reasonSentence } from "../../core/rollout/reason-sentence.ts";
import type { ReasonCode, Rollout } from "../../core/rollout/rollout.ts";

const verdicts: Readonly<Record<Rollout["phase"], string>> = {
  ready: "deployed",
  deploying: "not deployed yet",
  failed: "failed",
};

/** The judge's derivation as a person reads it: the verdict, the clusters, and each thing that is not yet so, by the parts of the rule. */
export function explanation(rollout: Rollout, { now, isRemembered }: { now: number; isRemembered: boolean }): string {
  const { gitRepo, key, phase, clusters, failure, waitingFor } = rollout;
  const counts = [
    `${clusters.ready}/${clusters.total} ready`,
    ...(["updating", "failed", "offline", "paused"] as const).flatMap((it) =>
      clusters[it] === 0 ? [] : [`${clusters[it]} ${it}`],
    ),
  ];
  const lines = [
    `${gitRepo.namespace}/${gitRepo.name}  ${key.commit === "" ? "(no commit yet)" : key.commit}`,
    `  ${verdicts[phase]}; clusters: ${counts.join(", ")}; since ${duration(now - rollout.startedMs)}`,
  ];
  if (failure !== null) {
    lines.push(`  failed: ${errorLine(failure.message)}`);
    for (const it of failure.clusters) lines.push(`    ${it.cluster} (${it.bundle}): ${errorLine(it.message)}`);
  }
  if (waitingFor.length > 0) lines.push("  waits for (A applied, B every bundle, C every cluster):");
  for (const reason of waitingFor) {
    const said = reason.message === "" ? "" : `: ${errorLine(reason.message)}`;
    lines.push(`    ${reasonSentence(reason)}${said} (for ${duration(now - reason.sinceMs)})`);
  }
  if (!isRemembered && waitingFor.length > 0 && waitingFor.every((it) => needsHistory.has(it.code))) {
    lines.push("  Only who watched knows that, and run has stored nothing of this rollout: ask again once run has followed it.");
  }
  return `${lines.join("\n")}\n`;
}

/** What is only known by whoever watched. */
const needsHistory: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["JobNotSeen", "AwaitingPoll", "AwaitingBranchHead"]);

/** "3 s", "12 min", "5 h", "3 d": the largest unit that tells. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** One object: the same for a program. */
export function explanationJson({
  gitRepo: { namespace, name },
  key,
  phase,
  clusters,
  failure,
  waitingFor,
  startedMs,
}: Rollout): string {
  const told = {
    gitRepo: { namespace, name },
    commit: key.commit,
    phase,
    startedTime: isoTime(startedMs),
    clusters,
    failure,
    waitingFor: waitingFor.map(({ sinceMs, ...reason }) => ({
      ...reason,
      text: reasonSentence({ ...reason, sinceMs }),
      sinceTime: isoTime(sinceMs),
    })),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

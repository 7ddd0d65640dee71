import { errorLine } from "./error-text.ts";
import type { MessageRollout } from "./message.ts";
import { countReady, progress } from "./progress.ts";
import type { Sentence } from "./sentence.ts";

/** Why a rollout failed (design §5, failure): which clusters, or at which step, and the essence of what Fleet said. */
export function failureSentence(rollout: MessageRollout): Sentence {
  const { failure, clusters } = rollout;
  if (failure === null) return { head: `Failed; ${countReady(rollout)}` };
  const reason = errorLine(failure.message);
  switch (failure.kind) {
    case "cluster": {
      const named = failure.clusters.map((it) => it.cluster);
      const names = [...new Set(named.length > 0 ? named : clusters.failedNames)];
      const own = failure.clusters.map((it) => errorLine(it.message)).find((it) => it !== "");
      return {
        head: `${clusters.failed}/${clusters.total} clusters failed`,
        names,
        count: clusters.failed,
        reason: own ?? reason,
      };
    }
    case "deadline":
      return rollout.applied
        ? { head: `Not deployed in time, ${countReady(rollout)}`, reason }
        : { head: "Fleet did not apply this commit in time", reason };
    case "job":
    case "accepted":
    case "bundle":
      return { head: "Fleet could not apply this commit", reason };
  }
}

/** What is wrong with a commit that was deployed before: what failed, or what is not ready any more. */
export function degradedSentence(rollout: MessageRollout): Sentence {
  return rollout.failure === null ? progress(rollout) : failureSentence(rollout);
}

import { limits } from "../limits.ts";
import { cut } from "../template/cut.ts";
import { oneLine } from "../template/one-line.ts";
import { degradedSentence, failureSentence } from "./failure-sentence.ts";
import type { Message } from "./message.ts";
import { shortSha } from "./names.ts";
import { countReady, progress } from "./progress.ts";
import { type Sentence, writeSentence } from "./sentence.ts";

/**
 * One line of plain text for a chat: `fleet-default/shop: 4f2a91c deployed to 40/40 clusters`, with the target in brackets where it has a
 * name. At most `limits.summaryMax` code points; says what happened even where it is read without what came before.
 */
export function summary(message: Message): string {
  const { gitRepo, target } = message;
  const scope = target === "" ? "" : ` (${cut(oneLine(target), limits.nameInTextMax)})`;
  const sentence = happened(message);
  return writeSentence(
    { ...sentence, head: `${oneLine(gitRepo.namespace)}/${oneLine(gitRepo.name)}${scope}: ${sentence.head}` },
    limits.summaryMax,
  );
}

function happened(message: Message): Sentence {
  const { rollout } = message;
  const { ready, total } = rollout.clusters;
  const commit = shortSha(message.commit);
  switch (message.event) {
    case "GitRepoAdded":
      return { head: "GitRepo added" };
    case "GitRepoRemoved":
      return { head: "GitRepo deleted" };
    case "GitRepoDeploying":
      return { head: `deploying ${commit}`, ...reason(progress(rollout)) };
    case "GitRepoReady":
      return {
        head: rollout.changed
          ? `${commit} deployed to ${ready}/${total} clusters`
          : `${commit} changes nothing; ${countReady(rollout)}`,
      };
    case "GitRepoFailed":
      return { head: `${commit} failed`, ...reason(failureSentence(rollout)) };
    case "GitRepoDegraded":
      return { head: `${commit} degraded`, ...reason(degradedSentence(rollout)) };
    case "GitRepoRolledBack":
      return { head: `${commit} rolled back to ${shortSha(message.rolledBackTo)} on ${ready}/${total} clusters` };
  }
}

/** A whole sentence as the reason of another. */
function reason(sentence: Sentence): Pick<Sentence, "reason"> {
  return { reason: writeSentence(sentence, limits.summaryMax) };
}

import { limits } from "../limits.ts";
import { cut } from "../template/cut.ts";
import { oneLine } from "../template/one-line.ts";
import { errorLine } from "./error-text.ts";
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
  const sentence = happened(message);
  return writeSentence({ ...sentence, head: `${subject(message)}: ${sentence.head}` }, limits.summaryMax);
}

function subject({ gitRepo, cluster, target }: Message): string {
  const scope = target === "" ? "" : ` (${cut(oneLine(target), limits.nameInTextMax)})`;
  if (gitRepo.name !== "" || cluster === undefined) return `${oneLine(gitRepo.namespace)}/${oneLine(gitRepo.name)}${scope}`;
  return `cluster ${oneLine(cluster.namespace)}/${cut(oneLine(cluster.name), limits.nameInTextMax)}${scope}`;
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
    case "BundleDeployed":
      return { head: `bundle ${bundleOn(message)} runs ${commit}` };
    case "BundleFailed":
      return { head: `bundle ${bundleOn(message)} failed`, ...reasonOf(message) };
    case "BundleDrifted":
      return { head: `bundle ${bundleOn(message)} was modified`, ...reasonOf(message) };
    case "ClusterOffline":
      return { head: "its agent has not checked in for long" };
    case "ClusterOnline":
      return { head: "its agent checks in again" };
    case "GitRepoRolledBack":
      return { head: `${commit} rolled back to ${shortSha(message.rolledBackTo)} on ${ready}/${total} clusters` };
  }
}

/** `web on edge-7`. */
function bundleOn({ bundle, cluster }: Message): string {
  const [name, place] = [bundle?.name ?? "", cluster?.name ?? ""].map((it) => cut(oneLine(it), limits.nameInTextMax));
  return `${name} on ${place}`;
}

function reasonOf({ rollout: { failure } }: Message): Pick<Sentence, "reason"> {
  return failure === null ? {} : { reason: errorLine(failure.message) };
}

/** A whole sentence as the reason of another. */
function reason(sentence: Sentence): Pick<Sentence, "reason"> {
  return { reason: writeSentence(sentence, limits.summaryMax) };
}

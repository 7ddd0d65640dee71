import type { StreamState } from "../../core/delivery/stream.ts";
import { webhookId } from "../../core/delivery/webhook-id.ts";
import { parseRepository } from "../../core/history/parse-repository.ts";
import { composeNews } from "../../core/message/compose-news.ts";
import { compose, type Saying } from "../../core/message/compose.ts";
import type { Message } from "../../core/message/message.ts";
import type { Rule } from "../../core/notification/rule.ts";
import type { Rollout } from "../../core/rollout/rollout.ts";
import type { RepositoryHost } from "../../engine/ports.ts";
import type { LiveEvent } from "./live-events.ts";
import { streamKeyOf } from "./trial.ts";

interface Telling {
  readonly rule: Rule;
  readonly rollout: Rollout;
  readonly event: LiveEvent;
  /** What `run` stored of the rule's stream; null where nothing. */
  readonly stream: StreamState | null;
  readonly host: RepositoryHost;
  readonly now: number;
}

interface LiveMessage {
  readonly message: Message;
  /** Why history and pull requests are left out; "" where they are not. */
  readonly unknown: string;
}

/**
 * The message that would come next in the rule's stream. Of what was told before, the last commit counts; commits that were replaced meanwhile,
 * and a step back, are left out.
 */
export async function liveMessage(telling: Telling, signal: AbortSignal): Promise<LiveMessage> {
  const { rule, rollout, event, stream, now } = telling;
  const { gitRepo } = rollout;
  const { saying, unknown } = event === "GitRepoAdded" ? { saying: null, unknown: "" } : await sayingOf(telling, signal);
  const composed =
    saying === null
      ? composeNews({ event, target: "", gitRepo, key: null, startedMs: gitRepo.creationMs, failure: "" }, now)
      : compose(rollout, saying, now);
  const message = { ...composed, sequence: (stream?.sequence ?? 0) + 1 };
  return { message: { ...message, id: webhookId({ stream: streamKeyOf(rule, gitRepo), rule, message }) }, unknown };
}

async function sayingOf(
  { rule, rollout, event, stream, host }: Telling,
  signal: AbortSignal,
): Promise<{ readonly saying: Saying; readonly unknown: string }> {
  const { branch, repo } = rollout.gitRepo;
  const head = rollout.key.commit;
  const told = stream?.acknowledged ?? null;
  const first: Saying = {
    event,
    epoch: told?.epoch ?? 0,
    relation: told === null ? "first" : told.commit === head ? "same" : "unknownYet",
    previousCommit: told?.commit ?? "",
    rolledBackFrom: "",
    pullRequests: [],
    arrivedPullRequests: [],
    fates: [],
  };
  const repository = parseRepository(repo);
  if (repository === null) return { saying: first, unknown: "the repository is on no host that GitHub destinations speak to" };
  const base = stream === null || stream.deployed === head ? "" : stream.deployed;
  const accounts = rule.account === null ? [] : [rule.account];
  const [relation, found] = await Promise.all([
    first.relation === "unknownYet" ? host.relation({ repository, accounts, base: first.previousCommit, head }, signal) : null,
    host.pullRequests({ repository, accounts, base, head, branch }, signal),
  ]);
  return {
    saying: {
      ...first,
      ...(relation?.kind === "known" && { relation: relation.status }),
      ...(found.kind === "pullRequests" && { pullRequests: found.pullRequests }),
    },
    unknown: found.kind === "pullRequests" ? "" : "reason" in found ? found.reason : "GitHub does not know the commit",
  };
}

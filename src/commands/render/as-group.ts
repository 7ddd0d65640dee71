import { groupOf } from "../../core/group/repository-group.ts";
import type { Message } from "../../core/message/message.ts";

/** The message of a GitRepo as that of its group, where nobody knows the other GitRepos: it is the only one. */
export function asGroup(message: Message): Message {
  const { gitRepo, rollout } = message;
  const names = (isTrue: boolean) => (isTrue ? [gitRepo.name] : []);
  const [isReady, isFailed] = [rollout.phase === "ready", rollout.phase === "failed"];
  return {
    ...message,
    gitRepo: { ...gitRepo, name: groupOf({ ...gitRepo, shard: "" }, () => []).name },
    rollout: {
      ...rollout,
      gitRepos: {
        total: 1,
        ready: isReady ? 1 : 0,
        failed: isFailed ? 1 : 0,
        failedNames: names(isFailed),
        waitingNames: names(!isReady && !isFailed),
      },
    },
  };
}

import type { Status } from "../simulation/ledger.ts";
import type { RepositoryTruth, TrueCommit } from "../simulation/repository-truth.ts";
import { gitRepoOf, isOfGroup, targetOf } from "./contexts.ts";
import type { ObservedWorld } from "./observed-world.ts";
import { isOfEvery, toldEvent } from "./told-event.ts";
import type { Checker, Violation } from "./violation.ts";

/** A watch that is cut is back after this time at most: so old may be what a stored message was made from. */
const staleMaxMs = 21_000;
/** What falls ill or is changed by hand is seen by Fleet's agent this much later (fleet-timings.ts, agentNotices). */
const unseenMs = 5_500;

/**
 * No success while the truth denies it: whoever is told that a commit is deployed is told so after the clusters held it, and not on knowledge
 * that is older than what the watches had to offer when the message left. Under `every` a message tells of the time when it was made. After
 * its GitRepo was deleted the last word may still be said: what was so then.
 */
export const truth: Checker = (world) => [
  ...world.ledger.of("status").flatMap((status) => statusLie(world, status)),
  ...world.ledger.of("hook").flatMap((hook): Violation[] => {
    const event = toldEvent(hook);
    if (event.type !== "GitRepoReady" && event.type !== "GitRepoRolledBack") return [];
    const isEvery = isOfEvery(hook);
    const span = isEvery
      ? ([event.timestampMs - staleMaxMs - unseenMs - world.skewMs, event.timestampMs + world.skewMs] as const)
      : ([hook.sinceMs - unseenMs, hook.ms] as const);
    if (held(world, { gitRepo: event.gitRepo, target: event.target, sha: event.at, span })) return [];
    return [
      { promise: "truth", ms: hook.ms, text: `${hook.stream} was told ${event.type} of ${event.at}: the clusters deny it` },
    ];
  }),
];

function statusLie(world: ObservedWorld, status: Status): Violation[] {
  if (status.state !== "success" || isOfGroup(status.context)) return [];
  const gitRepo = gitRepoOf(status.context);
  const target = targetOf(status.context);
  const { repository } = world.find(gitRepo);
  const span = [status.sinceMs - unseenMs, status.ms] as const;
  if (commitsMeant(repository, status).some(({ sha }) => held(world, { gitRepo, target, sha, span }))) return [];
  const text = `${gitRepo}: success on ${status.sha} ("${status.description}"): the clusters deny it`;
  return [{ promise: "truth", ms: status.ms, text }];
}

/** What a success is about: the later commit that it names, on a pull request's head whatever contains it, else the commit itself. */
export function commitsMeant(repository: RepositoryTruth, { sha, description }: Status): readonly TrueCommit[] {
  const commits = [...repository.commits.values()];
  const named = /^Deployed with (\w+)/.exec(description)?.[1];
  if (named !== undefined) return commits.filter((it) => it.sha.startsWith(named));
  const isHead = commits.some(({ pullRequest }) => pullRequest?.headSha === sha);
  return commits.filter((it) => (isHead ? it.contains.has(sha) : it.sha === sha));
}

/** True where every cluster held the commit at some moment of the span; of a GitRepo that is gone, before it was. */
export function held(
  world: ObservedWorld,
  {
    gitRepo,
    target,
    sha,
    span: [fromMs, toMs],
  }: { gitRepo: string; target: string; sha: string; span: readonly [fromMs: number, toMs: number] },
): boolean {
  const { absences, repository } = world.find(gitRepo);
  const absence = absences.find((it) => it.fromMs <= toMs && toMs < it.toMs);
  const span = [Math.min(fromMs, (absence?.fromMs ?? Infinity) - unseenMs), toMs] as const;
  return world.truth.wasTrue({ gitRepo, target, tree: repository.commit(sha).tree }, span);
}

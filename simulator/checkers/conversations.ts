import { contexts } from "./contexts.ts";
import { finalStates } from "./final-state.ts";
import type { ObservedWorld } from "./observed-world.ts";
import type { Checker, Violation } from "./violation.ts";

/** The product takes a commit for unknown for ever after five minutes. */
const hiddenMs = 200_000;

/**
 * A pull request that was merged while its GitRepo was reported on, and that is deployed in the end, has a comment that says so; and nobody
 * else's comment is touched. Worlds in which a Notification or a GitRepo came or went are left out: what was merged meanwhile may be old. So are
 * repositories with a commit that the host did not show for so long that the product stopped waiting for it; and what was merged while no
 * process had lived long enough to store that it knows the GitRepo (docs/guarantees.md, first sight).
 */
export const conversations: Checker = (world) => [...world.gitHub.trespasses.map(trespass), ...unsaid(world)];

function trespass({
  ms,
  repository,
  number,
  login,
}: {
  ms: number;
  repository: string;
  number: number;
  login: string;
}): Violation {
  return { promise: "conversations", ms, text: `a comment of ${login} on ${repository}#${number} was to be edited` };
}

const unsaid: Checker = (world) => {
  if (world.isDisturbed || world.isDivided) return [];
  const comments = new Map(world.gitHub.comments().map((it) => [`${it.repository} ${it.number}`, it.bodies.join("\n")]));
  const told = world.ledger.of("status").filter((it) => it.state === "success" && it.place === 0);
  return finalStates(world).flatMap(({ gitRepo: { name, repository }, commit, phase }): Violation[] => {
    const first = told.find((it) => it.context === contexts.status(name));
    const isHidden = [...repository.commits.values()].some((it) => it.knownMs - it.pushedMs > hiddenMs);
    if (phase !== "ready" || first === undefined || isHidden) return [];
    const { contains } = repository.commit(commit);
    const merged = [...repository.commits.values()].filter((it) => it.pullRequest !== null && contains.has(it.sha));
    return merged.flatMap(({ sha, pushedMs, pullRequest }): Violation[] => {
      const row = comments
        .get(`${repository.name} ${pullRequest?.number ?? 0}`)
        ?.split("\n")
        .find((it) => it.includes(`/${name} |`));
      const isNewer = pushedMs > first.ms && !repository.commit(first.sha).contains.has(sha);
      if (!isNewer || row?.includes("Deployed") === true || pushedMs < storedFromMs(world, name)) return [];
      const said = row ?? "nothing";
      return [
        {
          promise: "conversations",
          ms: world.nowMs,
          text: `#${pullRequest?.number ?? 0} runs in ${name}; its comment says ${said}`,
        },
      ];
    });
  });
};

/** From when on a process that starts knows what was told of the GitRepo's pull requests. */
function storedFromMs(world: ObservedWorld, gitRepo: string): number {
  return world.ledger.of("save").find(({ streams }) => streams.some((it) => isOf(it, gitRepo)))?.ms ?? Infinity;
}

/** True where it is the stream that comments for the GitRepo. */
function isOf(stored: string, gitRepo: string): boolean {
  const { identity } = JSON.parse(stored) as { identity: { destination: string; gitRepoName: string } };
  return identity.destination === "pr" && identity.gitRepoName === gitRepo;
}

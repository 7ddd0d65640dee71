import type { FleetTree } from "../world/fleet-content.ts";
import type { Fleet } from "../world/fleet.ts";

interface Held {
  readonly fromMs: number;
  /** What each targeted cluster holds, as text; null where the GitRepo is not there. */
  readonly signature: string | null;
  /** In which target of the Notification each of them is, in the same order; "" where in none. */
  readonly targets: readonly string[];
}

interface Looked {
  readonly gitRepos: ReadonlySet<string>;
  readonly offline: ReadonlySet<string>;
  /** Which target each cluster is in, where the Notification has targets. */
  readonly stages?: ReadonlyMap<string, string>;
}

/** What the clusters really held of each GitRepo, and when. */
export class TruthTimeline {
  readonly #held = new Map<string, Held[]>();
  /** When it last became another. */
  lastMs = -Infinity;

  /** Looks at the clusters after something may have changed. */
  look(fleet: Fleet, { gitRepos, offline, stages }: Looked, nowMs: number): void {
    for (const name of gitRepos) {
      const signature = signatureOf(fleet, { gitRepo: name, offline });
      const targets = signature === null ? [] : fleet.targets(name).map((cluster) => stages?.get(cluster) ?? "");
      const held = this.#held.get(name) ?? [];
      const last = held.at(-1);
      if (last?.signature === signature && last.targets.join() === targets.join()) continue;
      held.push({ fromMs: nowMs, signature, targets });
      this.lastMs = nowMs;
      this.#held.set(name, held);
    }
  }

  /** True where one targeted cluster, by its place, held what `isSo` asks for (`path=manifest`, with what is wrong behind it) at some moment between the two. */
  heldOn(
    {
      gitRepo,
      cluster,
      span: [fromMs, toMs],
    }: { gitRepo: string; cluster: number; span: readonly [fromMs: number, toMs: number] },
    isSo: (bundles: readonly string[]) => boolean,
  ): boolean {
    const held = this.#held.get(gitRepo) ?? [];
    return held.some(({ fromMs: sinceMs, signature }, index) => {
      const untilMs = held[index + 1]?.fromMs ?? Infinity;
      if (sinceMs > toMs || untilMs <= fromMs || signature === null) return false;
      return isSo((signature.split("\n")[cluster] ?? "").split(";"));
    });
  }

  /** True where every cluster (of one target, where that is given) held this tree, whole and healthy, at some moment between the two (both included). */
  wasTrue(
    { gitRepo, tree, target }: { gitRepo: string; tree: FleetTree; target?: string },
    [fromMs, toMs]: readonly [fromMs: number, toMs: number],
  ): boolean {
    const wanted = textOf(tree);
    const held = this.#held.get(gitRepo) ?? [];
    return held.some((it, index) => {
      const untilMs = held[index + 1]?.fromMs ?? Infinity;
      return it.fromMs <= toMs && untilMs > fromMs && clustersHold(linesOf(it, target), wanted);
    });
  }
}

function linesOf({ signature, targets }: Held, target: string | undefined): readonly string[] {
  const lines = signature === null || signature === "" ? [] : signature.split("\n");
  return target === undefined ? lines : lines.filter((_, index) => targets[index] === target);
}

function clustersHold(lines: readonly string[], wanted: string): boolean {
  return lines.length > 0 && lines.every((cluster) => cluster === wanted || holdsMore(cluster, wanted));
}

/** A bundle that was removed while a cluster was offline stays there, and nothing of Fleet's shows it (docs/guarantees.md). */
function holdsMore(cluster: string, wanted: string): boolean {
  const held = cluster.split(";");
  return held[0] === offlineMark && wanted.split(";").every((bundle) => held.includes(bundle));
}

const offlineMark = "offline";

/** One line a cluster: its bundles in order of their paths. What is ill or changed by hand is marked. */
function signatureOf(fleet: Fleet, { gitRepo, offline }: { gitRepo: string; offline: ReadonlySet<string> }): string | null {
  try {
    return fleet
      .targets(gitRepo)
      .map((cluster) =>
        [
          ...(offline.has(cluster) ? [offlineMark] : []),
          ...[...fleet.runs(cluster, gitRepo)]
            .map(([path, it]) => `${path}=${it.manifest}${it.isHealthy ? "" : " ill"}${it.isWhole ? "" : " changed"}`)
            .sort(),
        ].join(";"),
      )
      .join("\n");
  } catch {
    // The model has no such GitRepo: it was deleted.
    return null;
  }
}

function textOf(tree: FleetTree): string {
  return [...tree]
    .map(([path, { manifest }]) => `${path}=${manifest}`)
    .sort()
    .join(";");
}

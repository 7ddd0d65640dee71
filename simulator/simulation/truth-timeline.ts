import type { FleetTree } from "../world/fleet-content.ts";
import type { Fleet } from "../world/fleet.ts";

interface Held {
  readonly fromMs: number;
  /** What each targeted cluster holds, as text; null where the GitRepo is not there. */
  readonly signature: string | null;
}

/** What the clusters really held of each GitRepo, and when. */
export class TruthTimeline {
  readonly #held = new Map<string, Held[]>();
  /** When it last became another. */
  lastMs = -Infinity;

  /** Looks at the clusters after something may have changed. */
  look(
    fleet: Fleet,
    { gitRepos, offline }: { gitRepos: ReadonlySet<string>; offline: ReadonlySet<string> },
    nowMs: number,
  ): void {
    for (const name of gitRepos) {
      const signature = signatureOf(fleet, { gitRepo: name, offline });
      const held = this.#held.get(name) ?? [];
      if (held.at(-1)?.signature === signature) continue;
      held.push({ fromMs: nowMs, signature });
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

  /** True where every cluster held this tree, whole and healthy, at some moment between the two (both included). */
  wasTrue(gitRepo: string, tree: FleetTree, [fromMs, toMs]: readonly [fromMs: number, toMs: number]): boolean {
    const wanted = textOf(tree);
    const held = this.#held.get(gitRepo) ?? [];
    return held.some((it, index) => {
      const untilMs = held[index + 1]?.fromMs ?? Infinity;
      return it.fromMs <= toMs && untilMs > fromMs && it.signature !== null && clustersHold(it.signature, wanted);
    });
  }
}

function clustersHold(signature: string, wanted: string): boolean {
  return signature !== "" && signature.split("\n").every((cluster) => cluster === wanted || holdsMore(cluster, wanted));
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

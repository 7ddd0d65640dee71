import { demoNames } from "../demo-world.ts";
import { eventOf } from "../story/expectation.ts";
import type { Said } from "./chronicle.ts";
import type { HeldBackView, PromisesView, SaidView, WordView } from "./demo-view.ts";
import { statusesOf, subjectOf, type Observed } from "./observed.ts";

/** How many of each the page shows, the newest ones. */
const shown = { words: 6, crashes: 3, survivors: 4 } as const;

/** Beside every "deployed" of the naive reader, what Signalman said of the same commit. Newest first. */
export function observeWords({ world, chronicle, startMs }: Observed): readonly WordView[] {
  const { naive, signalman } = chronicle;
  return naive
    .map((claim, index): WordView => {
      const untilMs = naive.findLast((it, at) => at > index && it.commit === claim.commit)?.atMs ?? Number.POSITIVE_INFINITY;
      const rolledBack = `Rolled back to ${claim.commit.slice(0, 7)}`;
      const answer = signalman.find(
        (it) =>
          it.atMs >= claim.atMs && it.atMs < untilMs && (it.commit === claim.commit || it.description.startsWith(rolledBack)),
      );
      return {
        commit: claim.commit,
        subject: subjectOf(world, claim.commit),
        naive: said(claim, startMs),
        signalman:
          answer === undefined
            ? null
            : { ...said(answer, startMs), context: "", state: answer.state, description: answer.description },
      };
    })
    .slice(-shown.words)
    .toReversed();
}

/** The three promises, with what the worlds show of each. */
export function observePromises(observed: Observed): PromisesView {
  const { world, chronicle, startMs } = observed;
  const clusterCount = demoNames.clusters.length;
  // A pull request's own commit gets the same word again: what was said is counted once, by the commit that was merged.
  const merged = new Set(world.commits());
  const successes = chronicle.signalman.filter(({ state, commit }) => state === "success" && merged.has(commit));
  const wrong = (list: readonly Said[]) => list.filter(({ held }) => held < clusterCount).length;
  const overtaken = heldBack(observed);
  const accepted = world.receiver.accepted();
  const ids = accepted.map(({ headers }) => headers["webhook-id"] ?? "");
  const sequences = accepted.map(({ body }) => eventOf(body)?.sequence ?? 0);
  return {
    clusterCount,
    naive: { said: chronicle.naive.length, wrong: wrong(chronicle.naive) },
    signalman: { said: successes.length, wrong: wrong(successes) },
    heldBackCount: overtaken.length,
    heldBack: overtaken.at(-1) ?? null,
    delivered: {
      count: accepted.length,
      twice: ids.length - new Set(ids).size,
      outOfOrder: sequences.filter((it, index) => it < (sequences[index - 1] ?? 0)).length,
    },
    crashes: chronicle.crashes
      .slice(-shown.crashes)
      .toReversed()
      .map(({ crash, owed, survivors }) => ({
        atMs: crash.atMs - startMs,
        pid: crash.pid,
        upMs: crash.upMs === null ? null : crash.upMs - startMs,
        owed,
        survivors: survivors.slice(0, shown.survivors).map(({ text, atMs }) => ({ text, atMs: atMs - startMs })),
      })),
  };
}

function heldBack({ world, chronicle, startMs }: Observed): readonly HeldBackView[] {
  return world.commits().flatMap((commit) => {
    const description = statusesOf(world, commit)[0]?.description ?? "";
    if (!/^(?:Deployed with|Replaced by)/.test(description)) return [];
    const claim = chronicle.naive.find((it) => it.commit === commit);
    return [{ commit, subject: subjectOf(world, commit), description, naive: claim === undefined ? null : said(claim, startMs) }];
  });
}

function said({ atMs, held }: Said, startMs: number): SaidView {
  return { atMs: atMs - startMs, held };
}

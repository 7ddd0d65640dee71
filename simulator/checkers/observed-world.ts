import type { Ledger } from "../simulation/ledger.ts";
import type { NotificationOfWorld } from "../simulation/notification-of-world.ts";
import type { SimulatedGitHub } from "../simulation/simulated-git-hub.ts";
import type { TruthTimeline } from "../simulation/truth-timeline.ts";
import type { GitRepoOfWorld } from "../simulation/world-setting.ts";

export type ObservedNotification = Pick<NotificationOfWorld, "name" | "isThere" | "isChanged" | "selects">;

/** What the checkers look at: what receivers got, what GitHub shows, and what was so. A simulated world, or one of real processes (test/e2e/chaos). */
export interface ObservedWorld {
  readonly nowMs: number;
  readonly ledger: Pick<Ledger, "of">;
  readonly gitHub: Pick<SimulatedGitHub, "latestStatuses" | "made" | "comments" | "trespasses">;
  readonly truth: Pick<TruthTimeline, "wasTrue">;
  readonly gitRepos: readonly GitRepoOfWorld[];
  find(name: string): GitRepoOfWorld;
  readonly objects: { uidOf(gitRepo: string): string };
  /** Commits are marked by check runs and deployments too, and workflows are woken. */
  readonly marksMore: boolean;
  /** The Notification has targets, and clusters join, leave and move between them. */
  readonly isDivided: boolean;
  /** All GitRepos of a repository have one status more. */
  readonly isGrouped: boolean;
  /** The one that tells of every GitRepo, and one that tells of some, where there is one. */
  readonly notification: ObservedNotification;
  readonly team: ObservedNotification | null;
  /** A GitRepo, or the Notification that tells of them all, came or went, or was suspended, after the beginning. */
  readonly isDisturbed: boolean;
  /** How far clocks of processes may be from the world's. */
  readonly skewMs: number;
}

import type { Dice } from "./dice.ts";

/** What people and the world may do, and how often. */
const weights = {
  push: 26,
  pushTwice: 4,
  pushBad: 8,
  pushSame: 3,
  merge: 14,
  pin: 6,
  pinTag: 2,
  moveTag: 3,
  unpin: 6,
  pushRelease: 3,
  switchBranch: 3,
  forcePush: 4,
  forceSync: 2,
  lateHook: 3,
  hook: 4,
  clusterOffline: 3,
  clusterOnline: 4,
  illness: 3,
  health: 3,
  removeGitRepo: 2,
  addGitRepo: 3,
  suspend: 2,
  resume: 4,
  removeNotification: 1,
  addNotification: 2,
  kill: 4,
  uninstall: 1,
  install: 2,
  rotateSecret: 1,
  removeSecret: 1,
  restoreSecret: 2,
  deleteLease: 1,
  stealLease: 1,
} as const;

/** What people do to clusters, where the Notification has targets. */
const clusterWeights = { joinCluster: 6, leaveCluster: 4, moveCluster: 10 } as const;

export type ActKind = keyof typeof weights | keyof typeof clusterWeights;

/** One act of a story. `seed`: its own dice, so that a story without one of its acts is otherwise the same. */
export interface Act {
  readonly atMs: number;
  readonly kind: ActKind;
  readonly seed: number;
}

/** Within a Job's clone, within a rollout, or after it. */
const pausesMs: readonly (readonly [leastMs: number, mostMs: number])[] = [
  [50, 3_000],
  [3_000, 15_000],
  [15_000, 100_000],
];

/** A random story of `count` acts, with pauses in which a rollout may end, or may not. */
export function randomStory(
  dice: Dice,
  { startMs, count, isDivided }: { startMs: number; count: number; isDivided: boolean },
): readonly Act[] {
  let atMs = startMs;
  return Array.from({ length: count }, (_, index) => {
    atMs += dice.between(...dice.pick(pausesMs));
    return {
      atMs,
      kind: isDivided ? dice.weighted<ActKind>({ ...weights, ...clusterWeights }) : dice.weighted(weights),
      seed: dice.fork(`act ${index}`).seed,
    };
  });
}

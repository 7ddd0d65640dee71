import type { Dice } from "./dice.ts";

/** What people and the world may do, and how often. */
const weights = {
  push: 26,
  pushTwice: 4,
  pushBad: 8,
  pushSame: 3,
  merge: 14,
  revert: 4,
  octopus: 3,
  crissCross: 3,
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
  closeReceiver: 1,
  openReceiver: 2,
} as const;

/** What people do to clusters, where the Notification has targets. */
const clusterWeights = { joinCluster: 6, leaveCluster: 4, moveCluster: 10 } as const;

/**
 * Where somebody hears of clusters more of them go offline, whoever hears comes and goes, and after such an act it is quiet for so long, one time in two,
 * that it may be told.
 */
const offlineWeights = {
  clusterOffline: 50,
  clusterOnline: 25,
  suspend: 8,
  resume: 10,
  removeNotification: 4,
  addNotification: 6,
} as const;
const silenceMs: readonly [leastMs: number, mostMs: number] = [2_600_000, 4_500_000];

/** What people do to the Lease, where there is one. */
const leaseWeights = { deleteLease: 8, stealLease: 4 } as const;

/** What becomes of a second Notification, where there is one. */
const teamWeights = { changeTeam: 8, suspendTeam: 4, resumeTeam: 5, removeTeam: 3, addTeam: 5 } as const;

export type ActKind = keyof typeof weights | keyof typeof clusterWeights | keyof typeof leaseWeights | keyof typeof teamWeights;

/** One act of a story. `seed`: its own dice, so that a story without one of its acts is otherwise the same. */
export interface Act {
  readonly atMs: number;
  readonly kind: ActKind;
  readonly seed: number;
}

/** What a story's acts depend on beside its dice. */
export interface StoryKind {
  readonly startMs: number;
  readonly count: number;
  readonly isDivided: boolean;
  readonly hasClusterNews: boolean;
  /** Two replicas stand for one product. */
  readonly isElected: boolean;
  readonly hasTeam: boolean;
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
  { startMs, count, isDivided, hasClusterNews, isElected, hasTeam }: StoryKind,
): readonly Act[] {
  const likely = {
    ...weights,
    ...(isDivided ? clusterWeights : {}),
    ...(isElected ? leaseWeights : {}),
    ...(hasTeam ? teamWeights : {}),
    ...(hasClusterNews ? offlineWeights : {}),
  };
  let atMs = startMs;
  let isSilent = false;
  return Array.from({ length: count }, (_, index) => {
    atMs += dice.between(...(isSilent ? silenceMs : dice.pick(pausesMs)));
    const kind = dice.weighted<ActKind>(likely as Readonly<Record<ActKind, number>>);
    isSilent = hasClusterNews && kind === "clusterOffline" && dice.chance(0.5);
    return { atMs, kind, seed: dice.fork(`act ${index}`).seed };
  });
}

import { limits } from "../../src/core/limits.ts";
import type { StreamState } from "../../src/core/delivery/stream.ts";
import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import type { Checker } from "./violation.ts";

/** The destinations of a world's Notification, each with one stream for a GitRepo's name; and those that only some worlds have. */
const destinations = 4;
const moreMarks = 3;
const ofTeam = 2;
/** Where a Notification has targets: two, and the unnamed one. */
const targets = 3;

/** What a process remembers at a world's quiet end is bounded by what there is, not by what there was: nothing of a GitRepo that is gone. */
export const memory: Checker<SimulatedWorld> = (world) =>
  sizes(world).flatMap(([what, size, max]) =>
    size <= max ? [] : [{ promise: "memory", ms: world.nowMs, text: `${size} ${what} are remembered; ${max} are allowed` }],
  );

/** A group's stream is kept for a day once nobody follows its branch, as those of a rule that is gone. */
const notOfRollouts = new Set(["news", "clusters", "group"]);
const isOfRollouts = ({ identity }: StreamState) => identity.subject === "" && !notOfRollouts.has(identity.destination);

function sizes({
  process,
  gitRepos,
  fleet,
  hasClusterNews,
  marksMore,
  isDivided,
  isGrouped,
  team,
}: SimulatedWorld): readonly (readonly [what: string, size: number, max: number])[] {
  if (process === null) return [];
  const { state } = process;
  const there = gitRepos.filter((it) => it.isThere).length;
  const streams = [...state.delivery.streams.values()];
  return [
    ["rollouts", state.memories.size, there],
    // Those of a GitRepo, and of the group that it is in.
    ["times to look again", state.wakes.size, there * (isGrouped ? 2 : 1)],
    ["times of judgements", state.decided.size, there],
    ["GitRepos of repositories", [...state.gitReposOf.values()].reduce((sum, uids) => sum + uids.size, 0), there],
    [
      "streams of rollouts",
      streams.filter(isOfRollouts).length,
      (destinations + (marksMore ? moreMarks : 0) + (team === null ? 0 : ofTeam)) * (isDivided ? targets : 1) * gitRepos.length,
    ],
    // A GitRepo has at most two bundles here, and who hears of them hears of its coming and going too, and could of its rollouts.
    [
      "other streams",
      streams.filter((it) => !isOfRollouts(it) && it.identity.destination !== "group").length,
      gitRepos.length * (2 + 2 * fleet.clusterNames.length) +
        (hasClusterNews ? 1 + gitRepos.length + fleet.clusterNames.length : 0),
    ],
    ["endpoints", state.delivery.endpoints.size, limits.endpointsMax],
    ["attempts of a stream", Math.max(0, ...streams.map((it) => it.possible.length)), limits.possibleMax],
    ["replaced commits of a stream", Math.max(0, ...streams.map((it) => it.replaced.length)), limits.replacedMax],
  ];
}

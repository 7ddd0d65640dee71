import type { Scene } from "./git-acts.ts";
import { labelsOf, stages } from "./simulated-notification.ts";

const anyStage = [...stages, ""];

export function joinCluster({ world, dice }: Scene): void {
  const name = `c${world.stages.size + 1}`;
  const stage = dice.pick(anyStage);
  world.tell(`${name} joins ${stage || "no target"}`);
  world.addCluster(name, stage);
}

/** One stays, and one that is offline is not taken away: what it has not reported nobody knows. */
export function leaveCluster({ world, dice }: Scene): void {
  const name = dice.pick(world.fleet.clusterNames);
  if (world.fleet.clusterNames.length === 1 || world.offline.has(name)) return;
  world.tell(`${name} leaves`);
  world.fleet.removeCluster(name);
}

export function moveCluster({ world, dice }: Scene): void {
  const name = dice.pick(world.fleet.clusterNames);
  const stage = dice.pick(anyStage);
  world.tell(`${name} is moved to ${stage || "no target"}`);
  world.stages.set(name, stage);
  world.fleet.setClusterLabels(name, labelsOf(stage));
}

import type { Scene } from "./git-acts.ts";
import type { NotificationOfWorld } from "./notification-of-world.ts";
import type { SimulatedWorld } from "./simulated-world.ts";

/** null: there is none of that kind in the world. */
type Meant = NotificationOfWorld | null;

/** Suspends a Notification, or puts it in force again. */
export function suspend(world: SimulatedWorld, notification: Meant, isSuspended: boolean): void {
  if (notification === null || !notification.isThere || notification.isSuspended === isSuspended) return;
  notification.isSuspended = isSuspended;
  world.tell(`the Notification ${notification.name} is ${isSuspended ? "suspended" : "in force again"}`);
  world.putNotification(notification);
}

export function removeNotification(world: SimulatedWorld, notification: Meant): void {
  if (notification === null || !notification.isThere) return;
  notification.isThere = false;
  world.tell(`the Notification ${notification.name} is deleted`);
  world.removeNotification(notification);
}

export function addNotification(world: SimulatedWorld, notification: Meant): void {
  if (notification === null || notification.isThere) return;
  Object.assign(notification, { isThere: true, isSuspended: false });
  world.tell(`the Notification ${notification.name} is there again`);
  world.putNotification(notification);
}

/** The team's Notification is about other GitRepos from now on. */
export function changeTeam({ world, gitRepo, dice }: Scene): void {
  const { team } = world;
  if (team === null || !team.isThere) return;
  team.names = dice.chance(0.3) ? ["shop*"] : [gitRepo.name];
  world.tell(`the Notification ${team.name} is about ${team.names.join()}`);
  world.putNotification(team);
}

import type { EventType } from "../../core/notification/rule.ts";
import type { RolloutPhase } from "../../core/rollout/rollout.ts";

/**
 * What can be said of a GitRepo from what it shows now, and where its rollout has to be for that to be true; null: anywhere. A step back and a
 * removal are seen as they happen, and what is about one cluster needs that cluster.
 */
export const phaseOfEvent = {
  GitRepoAdded: null,
  GitRepoDeploying: "deploying",
  GitRepoReady: "ready",
  GitRepoFailed: "failed",
  GitRepoDegraded: "failed",
} as const satisfies Partial<Record<EventType, RolloutPhase | null>>;

export type LiveEvent = keyof typeof phaseOfEvent;

export const liveEvents = Object.keys(phaseOfEvent) as readonly LiveEvent[];

export function isLiveEvent(event: EventType): event is LiveEvent {
  return Object.hasOwn(phaseOfEvent, event);
}

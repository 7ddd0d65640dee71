import type { Notification } from "./notification.ts";
import type { ClusterMatch } from "./rule.ts";
import type { WrittenDestination } from "./written-destination.ts";

export type WrittenTiming = NonNullable<Notification["spec"]["timing"]>;

/** What a spec of either kind, or one of its targets, may say of how its clusters are judged. */
interface WrittenStandards {
  readonly suspend?: boolean | undefined;
  readonly timing?: WrittenTiming | undefined;
  readonly modified?: "failure" | "ignore" | undefined;
}

/** One entry of `spec.targets`, of either kind, as it is written. */
export interface WrittenTarget extends WrittenStandards {
  readonly name: string;
  readonly match?: ClusterMatch | undefined;
  readonly destinations?: readonly WrittenDestination[] | undefined;
}

/** The part of a `spec`, of either kind, that becomes rules. */
export interface WrittenSpec extends WrittenStandards {
  readonly destinations: readonly WrittenDestination[];
  readonly targets?: readonly WrittenTarget[] | undefined;
}

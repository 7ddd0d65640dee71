import type { ClusterNotificationSpec, NotificationSpec } from "./schema.ts";
import type { NotificationIdentity, Problem } from "./rule.ts";

/** A valid Notification or ClusterNotification as it was written: defaults are not filled in, levels not applied. */
export interface Notification {
  readonly identity: NotificationIdentity;
  readonly generation: number;
  /** `metadata.creationTimestamp`; 0 where absent (a file). */
  readonly creationMs: number;
  readonly spec: NotificationSpec | ClusterNotificationSpec;
}

/** A problem and whose it is. */
export interface NotificationProblem {
  readonly notification: NotificationIdentity;
  readonly problem: Problem;
}

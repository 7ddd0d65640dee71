import type { Notification } from "./notification/notification.ts";
import type { PlaceHolders } from "./notification/place-holder.ts";
import { type Resolution, resolveRules } from "./notification/resolve.ts";
import type { NotificationIdentity, Problem } from "./notification/rule.ts";

export interface KnownNotification {
  readonly identity: NotificationIdentity;
  readonly uid: string;
  readonly generation: number;
  /** null where it is invalid: its last good form does not keep running silently (design §3). */
  readonly notification: Notification | null;
  readonly problems: readonly Problem[];
  /** What was reported of it last, as text; "" where nothing was. */
  reported: string;
}

/** What all Notifications together mean; made anew when one changes. */
export interface NotificationSet {
  readonly known: Map<string, KnownNotification>;
  resolution: Resolution;
  /** Who writes where on the commits of repositories; null where a GitRepo or a Notification has changed since it was known. */
  holders: PlaceHolders | null;
  /** The conflicts that GitRepos' rules have with each other, by GitRepo uid. */
  readonly conflicts: Map<string, readonly { notification: NotificationIdentity; problem: Problem }[]>;
}

export function newNotificationSet(): NotificationSet {
  return { known: new Map(), resolution: resolveRules([]), holders: null, conflicts: new Map() };
}

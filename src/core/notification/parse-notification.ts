import type { Notification } from "./notification.ts";
import type { NotificationIdentity, Problem } from "./rule.ts";

/** `identity` is as far as it could be read: names may be "". */
export type ParsedNotification =
  | { readonly kind: "valid"; readonly notification: Notification }
  | {
      readonly kind: "invalid";
      readonly identity: NotificationIdentity;
      readonly generation: number;
      readonly problems: readonly Problem[];
    };

/**
 * Reads a raw object (from the API server or a file) as a Notification or ClusterNotification. Never throws: what is wrong is told as at most
 * `limits.problemsMax` problems, and a bad Notification stops no other one.
 */
export function parseNotification(_raw: unknown): ParsedNotification {
  throw new Error("being written");
}

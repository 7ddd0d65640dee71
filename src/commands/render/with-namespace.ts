import type { Notification } from "../../core/notification/notification.ts";

/** A Notification of a file may leave its namespace to `kubectl apply -n`. */
export function withNamespace(notification: Notification, namespace: string): Notification {
  const { identity } = notification;
  if (identity.kind === "ClusterNotification") return { ...notification, identity: { ...identity, namespace: "" } };
  return { ...notification, identity: { ...identity, namespace: identity.namespace || namespace } };
}

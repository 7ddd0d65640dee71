import type { z } from "zod";
import { nearest } from "../template/suggest.ts";
import type { Notification } from "./notification.ts";
import { toProblems } from "./problem.ts";
import { found } from "./found.ts";
import { clusterNotificationSchema, notificationSchema } from "./resource-schema.ts";
import type { NotificationIdentity, Problem } from "./rule.ts";
import { restoreUnquotedOn } from "./unquoted-on.ts";

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
 * `limits.problemsMax` problems, and a bad Notification stops no other one. What `resolveRules` finds (a destination that lacks what no level
 * gives, two destinations in one context) is not found here.
 */
export function parseNotification(raw: unknown): ParsedNotification {
  const identity = identityOf(raw);
  const metadata = recordOf(recordOf(raw)["metadata"]);
  const generation = numberOf(metadata["generation"]);
  const invalid = (problems: readonly Problem[]) => ({ kind: "invalid", identity, generation, problems }) as const;
  if (raw === null || typeof raw !== "object" || Array.isArray(raw)) {
    const message = `Found ${found(raw)}; allowed is an object of kind Notification or ClusterNotification.`;
    return invalid([{ code: "NotAnObject", path: [], message }]);
  }
  const schema: z.ZodType<{ spec: Notification["spec"] }> =
    identity.kind === "Notification" ? notificationSchema : clusterNotificationSchema;
  const restored = restoreUnquotedOn(recordOf(raw));
  const parsed = schema.safeParse(restored);
  if (!parsed.success) return invalid(toProblems(schema, { raw: restored, issues: parsed.error.issues }));
  const creationMs = Date.parse(String(metadata["creationTimestamp"])) || 0;
  return { kind: "valid", notification: { identity, generation, creationMs, spec: parsed.data.spec } };
}

/** Whose object it says to be. What is not a ClusterNotification, nor meant to be one, is read as a Notification. */
function identityOf(raw: unknown): NotificationIdentity {
  const { kind, metadata } = recordOf(raw);
  const { name, namespace } = recordOf(metadata);
  const isCluster = typeof kind === "string" && nearest(kind, ["Notification", "ClusterNotification"]) === "ClusterNotification";
  return {
    kind: isCluster ? "ClusterNotification" : "Notification",
    namespace: isCluster ? "" : textOf(namespace),
    name: textOf(name),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

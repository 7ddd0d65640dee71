import { z } from "zod";
import { limits } from "../limits.ts";
import { apiVersion, clusterNotificationSpecSchema, notificationSpecSchema } from "./schema.ts";
import { checked, dnsNamePattern, namespaceName, text } from "./schema-parts.ts";

const name = text({
  max: limits.globLengthMax,
  pattern: dnsNamePattern,
  code: "InvalidName",
  allowed: 'a name of Kubernetes. Use small letters, digits, "-" and "."',
});

const metadata = z.looseObject({
  name,
  namespace: namespaceName.optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
});

const clusterMetadata = checked(metadata, {
  complain: ({ namespace }) =>
    namespace === undefined
      ? []
      : [{ code: "UnusedField", path: ["namespace"], message: "A ClusterNotification has no namespace. Remove it." }],
});

/** Whose schema is taken is decided by the kind (parse-notification.ts): what is neither is told both. */
const kinds = ["Notification", "ClusterNotification"];

/** A whole object as it is written; what the API server adds to `metadata` and `status` is not looked at. */
export const notificationSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.enum(kinds),
  metadata,
  spec: notificationSpecSchema,
  status: z.unknown().optional(),
});

export const clusterNotificationSchema = z.strictObject({
  apiVersion: z.literal(apiVersion),
  kind: z.enum(kinds),
  metadata: clusterMetadata,
  spec: clusterNotificationSpecSchema,
  status: z.unknown().optional(),
});

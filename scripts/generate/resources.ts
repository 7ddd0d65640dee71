import type { z } from "zod";
import { clusterNotificationSpecSchema, notificationSpecSchema } from "../../src/core/notification/schema.ts";
import { unquotedOn } from "../../src/core/notification/unquoted-on.ts";
import type { CustomResource, PrinterColumn } from "./custom-resource-definition.ts";
import { deliverySpecSchema } from "./delivery-schema.ts";
import { notificationStatusSchema } from "./notification-status-schema.ts";
import { type StructuralSchema, structuralSchema } from "./structural-schema.ts";

const age: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };

const notificationColumns: readonly PrinterColumn[] = [
  { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: "Reason", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
  { name: "Streams", type: "integer", jsonPath: ".status.streams.total" },
  { name: "Pending", type: "integer", jsonPath: ".status.streams.pending" },
  { name: "Failing", type: "integer", jsonPath: ".status.streams.failing", priority: 1 },
  { name: "Last sent", type: "date", jsonPath: ".status.lastSentTime" },
  age,
];

/** The schema of `spec` with the second name of `on` in each destination, those of targets too (unquoted-on.ts says why). */
function withUnquotedOn(schema: z.ZodType): StructuralSchema {
  const spec = withAlias(structuralSchema(schema));
  const targets = spec.properties?.["targets"];
  if (targets?.items === undefined) throw new Error("spec.targets[] is not there");
  return { ...spec, properties: { ...spec.properties, targets: { ...targets, items: withAlias(targets.items) } } };
}

/** The same for a schema that has `destinations`. */
function withAlias(owner: StructuralSchema): StructuralSchema {
  const destinations = owner.properties?.["destinations"];
  const item = destinations?.items;
  const on = item?.properties?.["on"];
  if (destinations === undefined || item === undefined || on === undefined) throw new Error("destinations[].on is not there");
  const alias = { ...on, description: 'What YAML 1.1 makes of "on" without quotes. Write on; it is understood.' };
  const items = { ...item, properties: { ...item.properties, [unquotedOn]: alias } };
  return { ...owner, properties: { ...owner.properties, destinations: { ...destinations, items } } };
}

const status = structuralSchema(notificationStatusSchema);

const notification: CustomResource = {
  kind: "Notification",
  plural: "notifications",
  singular: "notification",
  isNamespaced: true,
  description: "Says which events of the GitRepos of its namespace go where.",
  spec: withUnquotedOn(notificationSpecSchema),
  status,
  columns: notificationColumns,
};

const clusterNotification: CustomResource = {
  kind: "ClusterNotification",
  plural: "clusternotifications",
  singular: "clusternotification",
  isNamespaced: false,
  description:
    "Says which events of GitRepos go where, for all namespaces. A Notification of the same name overrides it for the GitRepos that it selects.",
  spec: withUnquotedOn(clusterNotificationSpecSchema),
  status,
  columns: notificationColumns,
};

const delivery: CustomResource = {
  kind: "Delivery",
  plural: "deliveries",
  singular: "delivery",
  isNamespaced: true,
  description:
    "What Signalman remembers of the streams of one destination: the only place where state lives. Written by Signalman alone.",
  spec: structuralSchema(deliverySpecSchema),
  status: null,
  columns: [
    { name: "Notification", type: "string", jsonPath: ".spec.notification.name" },
    { name: "Destination", type: "string", jsonPath: ".spec.destination" },
    { name: "Streams", type: "integer", jsonPath: ".spec.streamCount" },
    { name: "Pending", type: "integer", jsonPath: ".spec.pending" },
    { name: "Failing", type: "integer", jsonPath: ".spec.failing" },
    { name: "Last sent", type: "date", jsonPath: ".spec.lastSentTime" },
    { name: "Last error", type: "string", jsonPath: ".spec.lastError" },
    age,
  ],
};

/** The resources of the group signalman.dev. */
export const customResources: readonly CustomResource[] = [notification, clusterNotification, delivery];

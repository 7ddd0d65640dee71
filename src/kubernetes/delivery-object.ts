import type { DeliveryDocument, DeliverySpec } from "../core/delivery/delivery-document.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** Which write made what is stored. */
const writeAnnotation = "signalman.dev/write";
const shardLabel = "signalman.dev/shard";

/** For a list: what one shard has stored. */
export function deliverySelector(shard: string): string {
  return `${shardLabel}=${shard}`;
}

export interface DeliveryWrite {
  /** Different for every write: tells after a lost answer whether it took effect. */
  readonly nonce: string;
  /** What is to be replaced; "" for a new one. */
  readonly resourceVersion: string;
}

/** A document as the CRD `deliveries.signalman.dev` has it. */
export function toDeliveryObject({ namespace, name, spec }: DeliveryDocument, { nonce, resourceVersion }: DeliveryWrite) {
  return {
    apiVersion: "signalman.dev/v1alpha1",
    kind: "Delivery",
    metadata: {
      namespace,
      name,
      labels: { [shardLabel]: spec.shard },
      annotations: { [writeAnnotation]: nonce },
      ...(resourceVersion === "" ? {} : { resourceVersion }),
    },
    spec,
  };
}

export function nonceOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[writeAnnotation] ?? "";
}

/**
 * The document in an object. What somebody has edited into it wrongly counts as empty: a Delivery is bookkeeping, and one that cannot be read
 * resets its streams' baseline as if it had been deleted (design §7).
 */
export function fromDeliveryObject({ metadata, spec }: KubernetesObject): DeliveryDocument {
  const fields = asRecord(spec);
  const notification = asRecord(fields["notification"]);
  const { streams } = fields;
  const document: DeliverySpec = {
    notification: {
      kind: notification["kind"] === "ClusterNotification" ? "ClusterNotification" : "Notification",
      namespace: text(notification["namespace"]),
      name: text(notification["name"]),
    },
    destination: text(fields["destination"]),
    shard: text(fields["shard"]),
    part: number(fields["part"]),
    pending: number(fields["pending"]),
    failing: number(fields["failing"]),
    streamCount: number(fields["streamCount"]),
    lastSentTime: text(fields["lastSentTime"]),
    lastError: text(fields["lastError"]),
    streams: Array.isArray(streams) ? streams.filter((it) => typeof it === "string") : [],
  };
  return { namespace: metadata.namespace ?? "", name: metadata.name, spec: document };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

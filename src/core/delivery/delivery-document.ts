import type { NotificationIdentity } from "../notification/rule.ts";

/**
 * A `Delivery` as it is stored (design §7): the streams of one Notification × destination × GitRepo namespace × shard, in parts of
 * ≤ `limits.deliveryBytesMax`. The columns of `kubectl get deliveries` are fields of their own; `streams` is core/delivery's alone.
 */
export interface DeliveryDocument {
  readonly namespace: string;
  /** `<notification>-<destination>-<8 hex of a hash>-<part>`, ≤ 63 characters. */
  readonly name: string;
  readonly spec: DeliverySpec;
}

export interface DeliverySpec {
  readonly notification: NotificationIdentity;
  readonly destination: string;
  readonly shard: string;
  readonly part: number;
  readonly pending: number;
  readonly failing: number;
  readonly streamCount: number;
  /** ISO 8601, "" where nothing was sent. */
  readonly lastSentTime: string;
  readonly lastError: string;
  /** One JSON text a stream: the store and the schema need not know what is in it (core/delivery/stored-stream.ts does). */
  readonly streams: readonly string[];
}

import type { DeliveryEffect } from "./delivery/effect.ts";
import type { Inquiry } from "./history/inquiry.ts";
import type { NotificationIdentity, Problem } from "./notification/rule.ts";

/** What is to be written into a Notification's status (design §3); the writer keeps transition times. */
export interface NotificationReport {
  readonly notification: NotificationIdentity;
  readonly uid: string;
  readonly generation: number;
  /** Empty where the Notification is valid. */
  readonly problems: readonly Problem[];
  /** Why streams are parked or failing, the newest first: a condition and a Warning event; "" where none. */
  readonly failing: { readonly code: string; readonly message: string } | null;
  readonly streams: { readonly total: number; readonly pending: number; readonly failing: number };
  readonly lastSentMs: number;
  readonly lastError: string;
}

/** Everything that the engine is to do: delivery's effects (their contract is on `DeliveryEffect`), questions, and what people are to see. */
export type CoreEffect =
  | DeliveryEffect
  /** Answered by exactly one `answered` input. */
  | { readonly kind: "ask"; readonly inquiry: Inquiry }
  | { readonly kind: "report"; readonly report: NotificationReport };

import type { Message } from "../message/message.ts";
import type { Rule } from "../notification/rule.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import type { ParkCode } from "./outcome.ts";

/**
 * What the engine is to do. The contract on the order in which effects may be carried out:
 *
 * 1. A `send` is handed out only after the `saved` input that covers it: whoever performs a send may do so at once.
 * 2. Effects of one call of `step` are independent of each other: they may be carried out in any order, at the same time.
 * 3. Every `save`, `remove` and `send` is answered by exactly one input (`saved`/`saveConflicted`/`saveFailed`, `sent`). Until then the
 *    step hands out no second one for the same Delivery or the same stream.
 * 4. Nothing is carried out after the lease's deadline: the engine aborts what is on the wire, and forgets the state. A new holder starts from
 *    what was last stored.
 */
export type DeliveryEffect =
  | { readonly kind: "save"; readonly document: DeliveryDocument }
  | { readonly kind: "remove"; readonly namespace: string; readonly name: string }
  | { readonly kind: "send"; readonly send: Send }
  | { readonly kind: "note"; readonly note: Note };

export interface Send {
  readonly stream: string;
  readonly rule: Rule;
  readonly message: Message;
  /** True where an earlier attempt may have arrived. */
  readonly verify: boolean;
}

/** A decision with its reason, for metrics, logs and Kubernetes events: made into those in one place, engine/notes.ts. */
export type Note =
  | { readonly kind: "dropped"; readonly stream: string; readonly commit: string; readonly reason: "behind" | "diverged" }
  | { readonly kind: "superseded" | "fellOff"; readonly stream: string; readonly count: number }
  | {
      readonly kind: "delivered";
      readonly stream: string;
      readonly message: Message;
      readonly rule: Rule;
      /** Where it could not be shown and never will be. */
      readonly remark?: string;
    }
  | {
      readonly kind: "retried" | "unknown";
      readonly stream: string;
      readonly message: Message;
      readonly rule: Rule;
      readonly reason: string;
    }
  | {
      readonly kind: "parked";
      readonly stream: string;
      readonly message: Message;
      readonly rule: Rule;
      readonly code: ParkCode;
      readonly reason: string;
    }
  | {
      readonly kind: "abandoned";
      readonly stream: string;
      readonly message: Message;
      readonly rule: Rule;
      readonly reason: string;
    }
  | { readonly kind: "saved"; readonly delivery: string }
  | { readonly kind: "saveFailed" | "saveConflicted"; readonly delivery: string; readonly reason: string };

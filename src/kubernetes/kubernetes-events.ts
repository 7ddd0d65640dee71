import { limits } from "../core/limits.ts";
import type { NotificationIdentity } from "../core/notification/rule.ts";
import { oneLine } from "../core/template/one-line.ts";
import type { Clock } from "../engine/ports.ts";
import { withoutSecrets } from "../telemetry/without-secrets.ts";
import type { KubernetesClient } from "./client.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

/** Something about a Notification that `kubectl describe` should show. */
export interface KubernetesEventInput {
  readonly notification: NotificationIdentity;
  /** Of the Notification: an event about one that was deleted and made again belongs to the one it was about. */
  readonly uid: string;
  readonly type: "Normal" | "Warning";
  /** CamelCase, stable: "ContextConflict". */
  readonly reason: string;
  /** What Signalman was doing: "Deliver", "Validate". */
  readonly action: string;
  readonly note: string;
}

export interface KubernetesEventsOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** Which process this is, for `reportingInstance`: the pod's name. */
  readonly instance: string;
  /** Different for every event: its name is made of it. */
  readonly nonce: () => string;
}

/** events.k8s.io/v1 refuses longer ones. */
const wordMax = 128;

/**
 * Writes Kubernetes events. They are a courtesy: the same one is written once an hour at most, and one that cannot be written is counted and
 * forgotten.
 */
export class KubernetesEvents {
  readonly #options: KubernetesEventsOptions;
  /** When each was written last, the latest at the end. */
  readonly #written = new Map<string, number>();
  written = 0;
  failed = 0;

  constructor(options: KubernetesEventsOptions) {
    this.#options = options;
  }

  /** Never rejects. False where it was not written: told before, or refused. */
  async write(input: KubernetesEventInput, signal: AbortSignal): Promise<boolean> {
    const { client, clock } = this.#options;
    const note = cutToBytes(oneLine(withoutSecrets(input.note)), limits.kubernetesEventNoteBytesMax);
    const key = JSON.stringify([input.uid, input.type, input.reason, note]);
    if (!this.#isNew(key, clock.now())) return false;
    // Cluster-scoped objects have their events in "default", as all of Kubernetes does it.
    const namespace = input.notification.namespace === "" ? "default" : input.notification.namespace;
    try {
      const path = resourcePath(resources.kubernetesEvents, { namespace });
      await client.create(path, this.#event(input, { namespace, note }), { signal });
      this.written += 1;
      return true;
    } catch {
      this.failed += 1;
      this.#written.delete(key);
      return false;
    }
  }

  #isNew(key: string, now: number): boolean {
    const before = this.#written.get(key);
    if (before !== undefined && now - before < limits.kubernetesEventRepeatMs) return false;
    this.#written.delete(key);
    this.#written.set(key, now);
    const [oldest] = this.#written.keys();
    if (this.#written.size > limits.kubernetesEventsRememberedMax && oldest !== undefined) this.#written.delete(oldest);
    return true;
  }

  #event(input: KubernetesEventInput, { namespace, note }: { namespace: string; note: string }) {
    const { notification, uid, type, reason, action } = input;
    const { clock, instance, nonce } = this.#options;
    return {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      // Notifications' names have up to 253 characters, and so have events'.
      metadata: { namespace, name: `${notification.name.slice(0, 200)}.${nonce()}` },
      // MicroTime: six digits.
      eventTime: new Date(clock.now()).toISOString().replace("Z", "000Z"),
      reportingController: "signalman.dev/signalman",
      reportingInstance: instance.slice(0, wordMax) || "signalman",
      action: action.slice(0, wordMax),
      reason: reason.slice(0, wordMax),
      regarding: {
        apiVersion: "signalman.dev/v1alpha1",
        kind: notification.kind,
        name: notification.name,
        uid,
        ...(notification.namespace === "" ? {} : { namespace: notification.namespace }),
      },
      note,
      type,
    };
  }
}

/** At most so many bytes of UTF-8, no character split, with "…" where something was cut. */
function cutToBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  const ellipsis = "…";
  let end = bytesMax - Buffer.byteLength(ellipsis);
  // A byte of the form 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end) + ellipsis;
}

import { isDeepStrictEqual } from "node:util";
import type { NotificationReport } from "../core/core-effect.ts";
import { limits } from "../core/limits.ts";
import { formatProblem } from "../core/notification/problem.ts";
import { oneLine } from "../core/template/one-line.ts";
import type { NotificationIdentity } from "../core/notification/rule.ts";
import type { Clock } from "../engine/ports.ts";
import { withoutSecrets } from "../telemetry/without-secrets.ts";
import type { KubernetesClient } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** `status` of a Notification as Signalman writes it (design §3). */
export interface NotificationStatus {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly streams: NotificationReport["streams"];
  /** RFC 3339, "" where nothing was sent. */
  readonly lastSentTime: string;
  readonly lastError: string;
}

/** What came of a write. `gone`: the Notification is not there any more. */
export type StatusAnswer = "written" | "unchanged" | "gone";

const reasonFormat = /^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;

/**
 * Writes what became of a Notification into its status: `Ready` says whether it can be used, `Delivering` whether what it asks for arrives.
 * A status that says already what is to be said is left alone; when a condition has changed is kept where it has not. How often this is
 * called is the caller's to bound.
 */
export class NotificationStatusWriter {
  readonly #client: KubernetesClient;
  readonly #clock: Clock;
  /** The last status that was read or written, by path: one read for each Notification and process. */
  readonly #last = new Map<string, Partial<NotificationStatus>>();

  constructor({ client, clock }: { client: KubernetesClient; clock: Clock }) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Throws KubernetesError; the next report then begins by reading. */
  async write(report: NotificationReport, signal: AbortSignal): Promise<StatusAnswer> {
    const address = addressOf(report.notification);
    const path = resourcePath(address.resource, address);
    try {
      const before = this.#last.get(path) ?? statusOf(await this.#client.get(path, { signal }));
      const status = statusFrom(report, { before, now: this.#clock.now() });
      if (isSame(before, status)) {
        this.#last.set(path, before);
        return "unchanged";
      }
      const written = await this.#client.patch(`${path}/status`, { status }, { signal });
      this.#last.set(path, statusOf(written));
      return "written";
    } catch (error) {
      this.#last.delete(path);
      if (error instanceof KubernetesError && error.status === 404) return "gone";
      throw error;
    }
  }

  /** Nothing more will be written about it. */
  forget(notification: NotificationIdentity): void {
    const address = addressOf(notification);
    this.#last.delete(resourcePath(address.resource, address));
  }
}

function addressOf({ kind, namespace, name }: NotificationIdentity) {
  return kind === "Notification"
    ? { resource: resources.notifications, namespace, name }
    : { resource: resources.clusterNotifications, name };
}

function statusOf({ status }: { readonly status?: unknown }): Partial<NotificationStatus> {
  return typeof status === "object" && status !== null ? status : {};
}

function statusFrom(
  report: NotificationReport,
  { before, now }: { before: Partial<NotificationStatus>; now: number },
): NotificationStatus {
  const known = Array.isArray(before.conditions) ? (before.conditions as readonly Condition[]) : [];
  const own = [ready(report), delivering(report)].map((told) => {
    const earlier = known.find(({ type }) => type === told.type);
    const since = earlier?.status === told.status ? earlier.lastTransitionTime : undefined;
    return condition(told, { generation: report.generation, lastTransitionTime: since ?? seconds(now) });
  });
  return {
    observedGeneration: report.generation,
    // Somebody else's conditions are kept: a merge patch replaces the list as a whole.
    conditions: [...known.filter(({ type }) => own.every((it) => it.type !== type)), ...own],
    streams: report.streams,
    lastSentTime: report.lastSentMs === 0 ? (before.lastSentTime ?? "") : seconds(report.lastSentMs),
    lastError: oneLine(withoutSecrets(report.lastError)).slice(0, limits.conditionMessageMax),
  };
}

type Told = Pick<Condition, "type" | "status" | "reason" | "message">;

function condition(
  { type, status, reason, message }: Told,
  { generation, lastTransitionTime }: { generation: number; lastTransitionTime: string },
): Condition {
  return {
    type,
    status,
    // The API server refuses other forms.
    reason: reasonFormat.test(reason) ? reason : "Unknown",
    message: withoutSecrets(message).slice(0, limits.conditionMessageMax),
    lastTransitionTime,
    observedGeneration: generation,
  };
}

function ready({ problems }: NotificationReport): Told {
  const [first] = problems;
  if (first === undefined) return { type: "Ready", status: "True", reason: "Valid", message: "" };
  const message = problems.map((it) => oneLine(formatProblem(it))).join("\n");
  return { type: "Ready", status: "False", reason: first.code, message };
}

function delivering({ problems, failing }: NotificationReport): Told {
  if (problems.length > 0)
    return { type: "Delivering", status: "False", reason: "Invalid", message: "Nothing is sent: see the condition Ready." };
  if (failing === null) return { type: "Delivering", status: "True", reason: "Delivering", message: "" };
  return { type: "Delivering", status: "False", reason: failing.code, message: oneLine(failing.message) };
}

/** Kubernetes' times have no fractions of a second. */
function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Compares what we write; the order of fields is not the API server's to keep. */
function isSame(before: Partial<NotificationStatus>, status: NotificationStatus): boolean {
  const { observedGeneration, conditions, streams, lastSentTime, lastError } = before;
  return isDeepStrictEqual({ observedGeneration, conditions, streams, lastSentTime, lastError }, status);
}

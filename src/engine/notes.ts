import type { CoreEffect, NotificationReport } from "../core/core-effect.ts";
import type { Note } from "../core/delivery/effect.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";

export interface NotesOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes the Notification's status and, where something is wrong, a Kubernetes event. Must not throw. */
  readonly report: (report: NotificationReport) => void;
}

/** Turns the core's decisions into logs, metrics and reports: the one place where a reason becomes something that people see. */
export function createNotes(options: NotesOptions): (effect: Extract<CoreEffect, { kind: "note" | "report" }>) => void {
  return (effect) => {
    if (effect.kind === "report") options.report(effect.report);
    else take(effect.note, options);
  };
}

function take(note: Note, { log, metrics, now }: NotesOptions): void {
  switch (note.kind) {
    case "dropped":
      metrics.count("signalman_messages_withheld_total", { reason: "dropped" });
      log.info(
        { stream: note.stream, commit: note.commit, reason: note.reason },
        "held back: older than what was told, and not known to be wanted",
      );
      return;
    case "superseded":
    case "fellOff":
      metrics.count("signalman_messages_withheld_total", { reason: note.kind }, note.count);
      log.debug({ stream: note.stream, count: note.count }, note.kind);
      return;
    case "saved":
      metrics.count("signalman_delivery_writes_total", { outcome: "saved" });
      return;
    case "saveFailed":
    case "saveConflicted":
      metrics.count("signalman_delivery_writes_total", { outcome: note.kind === "saveFailed" ? "failed" : "conflict" });
      log.warn(
        { delivery: note.delivery, reason: note.reason },
        "the Delivery could not be written; nothing that depends on it is sent",
      );
      return;
    default:
      takeMessage(note, { log, metrics, now });
  }
}

type MessageNote = Extract<Note, { message: unknown }>;

function takeMessage(note: MessageNote, { log, metrics, now }: Pick<NotesOptions, "log" | "metrics" | "now">): void {
  const { message, rule, stream, kind } = note;
  const destination = rule.config.type;
  metrics.count("signalman_messages_total", { destination, event: message.event, outcome: kind });
  const fields = { stream, event: message.event, commit: message.commit, id: message.id };
  if (kind === "delivered") {
    metrics.observe("signalman_delivery_seconds", { destination }, (now() - message.createdMs) / 1_000);
    if (note.remark === undefined) log.info(fields, "told");
    else log.warn({ ...fields, reason: note.remark }, "told, but not everywhere");
    return;
  }
  const level = kind === "parked" || kind === "abandoned" ? "warn" : "info";
  log[level]({ ...fields, reason: note.reason }, kind);
}

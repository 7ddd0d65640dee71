import type { NotificationReport } from "../../core/core-effect.ts";
import { formatProblem } from "../../core/notification/problem.ts";
import type { KubernetesEventInput, KubernetesEvents } from "../../kubernetes/kubernetes-events.ts";
import type { NotificationStatusWriter } from "../../kubernetes/notification-status.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";

export interface ReporterOptions {
  readonly statuses: NotificationStatusWriter;
  readonly events: KubernetesEvents;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/**
 * Brings reports into the Notifications' statuses, one write at a time for each Notification and always the newest report; what is wrong is a
 * Warning event too. A write that fails is tried again with the next report: statuses are for people, deliveries do not depend on them.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  /** Notifications whose status is being written, with the report that came meanwhile. */
  readonly #writing = new Map<string, NotificationReport | null>();

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  report(report: NotificationReport): void {
    const key = JSON.stringify(report.notification);
    if (this.#writing.has(key)) {
      this.#writing.set(key, report);
      return;
    }
    this.#writing.set(key, null);
    void this.#write(key, report);
  }

  async #write(key: string, first: NotificationReport): Promise<void> {
    const { statuses, log, signal } = this.#options;
    for (let report: NotificationReport | null = first; report !== null && !signal.aborted;) {
      try {
        await statuses.write(report, signal);
        await this.#warn(report);
      } catch (error) {
        log.warn({ error, notification: report.notification }, "the Notification's status could not be written");
      }
      report = this.#writing.get(key) ?? null;
      this.#writing.set(key, null);
    }
    this.#writing.delete(key);
  }

  async #warn({ notification, uid, problems, failing }: NotificationReport): Promise<void> {
    const [problem] = problems;
    if (problem !== undefined) {
      const note = formatProblem(problem);
      await this.#tell({ notification, uid, type: "Warning", reason: problem.code, action: "Validate", note });
    }
    if (failing !== null && failing.code !== "Retrying") {
      await this.#tell({ notification, uid, type: "Warning", reason: failing.code, action: "Deliver", note: failing.message });
    }
  }

  async #tell(event: KubernetesEventInput): Promise<void> {
    const { events, metrics, signal } = this.#options;
    const failedBefore = events.failed;
    const isWritten = await events.write(event, signal);
    if (isWritten) metrics.count("signalman_kubernetes_events_total", { outcome: "written" });
    else if (events.failed > failedBefore) metrics.count("signalman_kubernetes_events_total", { outcome: "failed" });
  }
}

import type { FleetWatch } from "../kubernetes/watch-fleet.ts";
import type { Metrics } from "./metrics.ts";

/** Reads the reflectors' counters off before each scrape. */
export function watchMetrics(metrics: Metrics, watch: FleetWatch): void {
  const told = new Map<string, number>();
  /** Counters of the reflectors only grow; those of Prometheus are told what came since. */
  const since = (name: string, value: number): number => {
    const before = told.get(name) ?? 0;
    told.set(name, value);
    return value - before;
  };
  metrics.beforeScrape(() => {
    for (const { plural: resource, stats, size } of watch.reflectors) {
      const labels = { resource };
      const grown = (field: string, value: number) => since(`${resource} ${field}`, value);
      const refused = stats.unreadable + stats.oversized + stats.projectionFailures + stats.changesRefused;
      metrics.set("signalman_watch_objects", labels, size());
      metrics.set("signalman_watch_last_heard_timestamp_seconds", labels, stats.lastHeardMs / 1_000);
      metrics.count("signalman_watch_events_total", labels, grown("events", stats.events));
      metrics.count("signalman_watch_lists_total", labels, grown("lists", stats.lists));
      metrics.count("signalman_watch_connections_total", labels, grown("watches", stats.watches));
      metrics.count("signalman_watch_failures_total", labels, grown("failures", stats.failures));
      metrics.count("signalman_watch_silences_total", labels, grown("silences", stats.silences));
      metrics.count("signalman_watch_missed_total", labels, grown("missed", stats.missed));
      metrics.count("signalman_watch_refused_total", labels, grown("refused", refused));
    }
  });
}

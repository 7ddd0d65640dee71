export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  /** One sentence: what is counted, in which unit. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

/**
 * Every metric of the program: the only place where one is named. Labels have few values (kinds, destinations' types, hosts that the
 * configuration names): never a commit, a GitRepo or a cluster.
 */
export const metricDefinitions = {
  // -- watching
  signalman_watch_objects: { type: "gauge", help: "Objects that are known, by resource.", labels: ["resource"] },
  signalman_watch_events_total: { type: "counter", help: "Events of watches that were taken.", labels: ["resource"] },
  signalman_watch_lists_total: { type: "counter", help: "Lists that were read to their end.", labels: ["resource"] },
  signalman_watch_connections_total: { type: "counter", help: "Watches that were opened.", labels: ["resource"] },
  signalman_watch_failures_total: { type: "counter", help: "Lists and watches that failed.", labels: ["resource"] },
  signalman_watch_silences_total: {
    type: "counter",
    help: "Watches that fell silent and were given up.",
    labels: ["resource"],
  },
  signalman_watch_missed_total: {
    type: "counter",
    help: "Changes that a periodic list found and the watch had not told.",
    labels: ["resource"],
  },
  signalman_watch_refused_total: {
    type: "counter",
    help: "Objects that could not be taken: too large, unreadable, or a defect.",
    labels: ["resource"],
  },
  signalman_watch_last_heard_timestamp_seconds: {
    type: "gauge",
    help: "When the API server was heard last, in seconds since the epoch.",
    labels: ["resource"],
  },
  // -- deciding and delivering
  signalman_streams: { type: "gauge", help: "Streams by state: total, pending or failing.", labels: ["state"] },
  signalman_messages_total: {
    type: "counter",
    help: "Attempts to bring a message to its receiver, by what came of them: delivered, retried, unknown, parked or abandoned.",
    labels: ["destination", "event", "outcome"],
  },
  signalman_messages_withheld_total: {
    type: "counter",
    help: "Messages that were not sent, by why: dropped (older than what was told), superseded or fellOff (a full queue).",
    labels: ["reason"],
  },
  signalman_delivery_seconds: {
    type: "histogram",
    help: "From a rollout's outcome to its acknowledgement by the receiver, in seconds.",
    labels: ["destination"],
    buckets: [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1_800, 7_200, 86_400],
  },
  signalman_delivery_writes_total: {
    type: "counter",
    help: "Writes of Delivery resources, by what came of them: saved, conflict or failed.",
    labels: ["outcome"],
  },
  // -- the world outside
  signalman_github_requests_total: { type: "counter", help: "Requests to GitHub, by status class.", labels: ["status"] },
  signalman_github_rate_remaining: { type: "gauge", help: "Requests left in GitHub's primary limit.", labels: ["installation"] },
  signalman_hooks_total: {
    type: "counter",
    help: "Webhooks of GitHub that came in, by event and outcome.",
    labels: ["event", "outcome"],
  },
  signalman_kubernetes_events_total: {
    type: "counter",
    help: "Kubernetes events, by outcome: written or failed.",
    labels: ["outcome"],
  },
  // -- the process
  signalman_lease_held: { type: "gauge", help: "1 while this process holds the lease of its shard.", labels: [] },
  signalman_lease_transitions_total: { type: "counter", help: "Times that this process took the lease.", labels: [] },
} as const satisfies Readonly<Record<`signalman_${string}`, MetricDefinition>>;

import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { until, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import { watchFleet } from "../kubernetes/watch-fleet.ts";
import { metricDefinitions } from "./metric-definitions.ts";
import { createMetrics } from "./metrics.ts";
import { watchMetrics } from "./watch-metrics.ts";

const cluster = useSimulatedCluster();

describe("metrics", () => {
  test("are all there from the start, with their help and their type", async () => {
    const { contentType, body } = await (await createMetrics()).scrape();
    expect(contentType).toContain("text/plain");
    for (const [name, { type, help }] of Object.entries(metricDefinitions)) {
      expect(body).toContain(`# HELP ${name} ${help}`);
      expect(body).toContain(`# TYPE ${name} ${type}`);
    }
  });

  test("have names as Prometheus wants them: counters end in _total, times in seconds", () => {
    for (const [name, { type }] of Object.entries(metricDefinitions)) {
      expect(name.endsWith("_total")).toBe(type === "counter");
      if (type === "histogram") expect(name).toMatch(/_seconds$/);
    }
  });

  test("are counted under their labels", async () => {
    const metrics = await createMetrics();
    const labels = { destination: "webhook", event: "GitRepoReady", outcome: "delivered" };
    metrics.count("signalman_messages_total", labels);
    metrics.count("signalman_messages_total", labels, 2);
    metrics.observe("signalman_delivery_seconds", { destination: "webhook" }, 0.02);
    metrics.set("signalman_lease_held", {}, 1);
    // @ts-expect-error a label is missing
    const unlabelled = () => metrics.count("signalman_messages_total", { destination: "webhook" });
    expect(unlabelled).toBeTypeOf("function");
    const { body } = await metrics.scrape();
    expect(body).toContain('signalman_messages_total{destination="webhook",event="GitRepoReady",outcome="delivered"} 3');
    expect(body).toContain('signalman_delivery_seconds_bucket{le="0.05",destination="webhook"} 1');
    expect(body).toContain("signalman_lease_held 1");
  });

  test("say what the reflectors have seen, each time anew", async () => {
    const { client, clock, objects, api } = cluster();
    const labels = { "fleet.cattle.io/repo-name": "shop" };
    write(objects, kinds.bundle, { metadata: { name: "a", namespace: "default", labels } });
    const ignore = () => {};
    const watch = watchFleet({
      client,
      clock,
      random: () => 0,
      shard: "",
      onFleetChange: ignore,
      onNotificationChange: ignore,
      onProblem: ignore,
      onRecovered: ignore,
    });
    try {
      await watch.synced;
      await until(() => api.faults.openWatches === watch.reflectors.length);
      const metrics = await createMetrics();
      watchMetrics(metrics, watch);
      await metrics.scrape();
      const { body } = await metrics.scrape();
      expect(body).toContain('signalman_watch_objects{resource="bundles"} 1');
      expect(body).toContain('signalman_watch_lists_total{resource="bundles"} 1');
      expect(body).toContain('signalman_watch_connections_total{resource="jobs"} 1');
    } finally {
      await watch.stop();
    }
  });
});

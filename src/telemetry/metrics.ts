import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type MetricDefinition, metricDefinitions } from "./metric-definitions.ts";

type Definitions = typeof metricDefinitions;
type NameOf<Type extends MetricDefinition["type"]> = {
  [Name in keyof Definitions]: Definitions[Name]["type"] extends Type ? Name : never;
}[keyof Definitions];
/** A value for each label that the metric has, and for no other. */
type LabelsOf<Name extends keyof Definitions> = Readonly<Record<Definitions[Name]["labels"][number], string>>;

/** The metrics of the process, in Prometheus' text format. Names and labels are checked by the compiler. */
export interface Metrics {
  count<Name extends NameOf<"counter">>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  set<Name extends NameOf<"gauge">>(name: Name, labels: LabelsOf<Name>, value: number): void;
  observe<Name extends NameOf<"histogram">>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Called before each scrape: sets what is read off rather than counted. */
  beforeScrape(read: () => void): void;
  /** What `/metrics` answers. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Loads prom-client, which takes some 50 ms and 10 MB: only `run` needs it. */
export async function createMetrics(): Promise<Metrics> {
  const client = await import("prom-client");
  const registry: Registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const made = new Map<string, Counter | Gauge | Histogram>();
  for (const [name, definition] of Object.entries<MetricDefinition>(metricDefinitions)) {
    const common = { name, help: definition.help, labelNames: [...definition.labels], registers: [registry] };
    if (definition.type === "counter") made.set(name, new client.Counter(common));
    else if (definition.type === "gauge") made.set(name, new client.Gauge(common));
    else made.set(name, new client.Histogram({ ...common, buckets: [...(definition.buckets ?? [])] }));
  }
  const readers: (() => void)[] = [];
  return {
    count: (name, labels, by = 1) => (made.get(name) as Counter).inc(labels, by),
    set: (name, labels, value) => (made.get(name) as Gauge).set(labels, value),
    observe: (name, labels, value) => (made.get(name) as Histogram).observe(labels, value),
    beforeScrape: (read) => readers.push(read),
    async scrape() {
      for (const read of readers) read();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}

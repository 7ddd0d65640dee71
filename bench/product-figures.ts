import type { ProductProcess } from "../simulator/product-process.ts";

/** What a process says of itself at `/metrics`. Counters are since its start. */
export interface ProcessFigures {
  readonly rssMb: number;
  readonly cpuSeconds: number;
  /** Longest hold of the event loop since the last reading, in ms (prom-client begins anew with each). */
  readonly longestHoldMs: number;
  readonly writes: number;
  readonly gitHubRequests: number;
  /** Events of watches on BundleDeployments. */
  readonly events: number;
}

export async function readFigures(product: ProductProcess): Promise<ProcessFigures> {
  const answer = await fetch(`${product.opsUrl}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const sum = (prefix: string) =>
    lines.filter((line) => line.startsWith(prefix)).reduce((all, line) => all + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  return {
    rssMb: sum("process_resident_memory_bytes ") / 1e6,
    cpuSeconds: sum("process_cpu_seconds_total "),
    longestHoldMs: sum("nodejs_eventloop_lag_max_seconds ") * 1_000,
    writes: sum("signalman_delivery_writes_total{"),
    gitHubRequests: sum("signalman_github_requests_total{"),
    events: sum('signalman_watch_events_total{resource="bundledeployments"'),
  };
}

import { availableParallelism, cpus, loadavg } from "node:os";

/** What the figures were measured on, and what else it did. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Runnable processes over the last minute, ours included. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

import type { Violation } from "./violation.ts";

/** Something left a process for GitHub or a receiver. */
export interface Sending {
  readonly ms: number;
  readonly process: string;
}

/** Whom the shard's Lease named as its holder from then on. */
export interface Holding {
  readonly fromMs: number;
  readonly process: string;
}

/** A holder may send before those who watch the Lease have heard of it, and what it sent last may be noted after that. */
const noticeMs = 500;

/** At no time do two processes send: whoever sends holds the Lease. */
export function oneSender({ sendings, holdings }: { sendings: readonly Sending[]; holdings: readonly Holding[] }): Violation[] {
  return sendings.flatMap(({ ms, process }): Violation[] => {
    const since = holdings.findLastIndex((it) => it.fromMs <= ms - noticeMs);
    const around = holdings.slice(Math.max(0, since)).filter((it) => it.fromMs <= ms + noticeMs);
    if (around.some((it) => it.process === process)) return [];
    const holder = around.map((it) => it.process).join(" and ") || "nobody";
    return [{ promise: "one sender", ms, text: `${process} sent something while ${holder} held the lease` }];
  });
}

import type { ApiServer } from "./api-server.ts";

/** What a figure is measured with. */
export interface Measuring {
  /** Tiny sizes: shows that the bench runs, and says nothing about speed. */
  readonly isQuick: boolean;
  /** The kind of API server that this machine can start. */
  readonly server: ApiServer["kind"];
}

/** One line of the table. */
export interface Measure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The same done by a program that does nothing else, in the same run; null where nothing can be less. */
  readonly floor: number | null;
  /** What the design wants, where it wants something. */
  readonly aim: { readonly text: string; readonly isMet: boolean } | null;
}

export interface FigureResult {
  /** What it ran on, where the reader must know: the server, the sizes. */
  readonly setting: string;
  readonly measures: readonly Measure[];
  /** Points of a curve, for the growth figure. */
  readonly curve?: Readonly<Record<string, readonly number[]>>;
}

/** One figure of design §8. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly run: (measuring: Measuring) => Promise<FigureResult>;
}

/** At most `max`. */
export function atMost(value: number, max: number, text: string): Measure["aim"] {
  return { text: `≤ ${text}`, isMet: value <= max };
}

/** At least `min`. */
export function atLeast(value: number, min: number, text: string): Measure["aim"] {
  return { text: `≥ ${text}`, isMet: value >= min };
}

/** The value below which a share of them lies (0.5: the median); NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

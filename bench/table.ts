import type { FigureResult, Measure } from "./figure.ts";
import type { Machine } from "./machine.ts";

export interface Report {
  readonly machine: Machine;
  readonly server: "real" | "simulated";
  readonly isQuick: boolean;
  readonly results: readonly { readonly name: string; readonly title: string; readonly result: FigureResult }[];
}

/** One table for the terminal: a line for each measure, figure by figure. */
export function renderTable({ machine, server, isQuick, results }: Report): string {
  const { processor, cores, node, load } = machine;
  const lines = [`Node ${node}, ${cores} × ${processor}, load ${load}, ${server} API server${isQuick ? ", quick" : ""}`];
  for (const { title, result } of results) {
    lines.push("", `${title} (${result.setting})`);
    for (const row of result.measures.map(cellsOf)) {
      const [what = "", value = "", floor = "", aim = ""] = row;
      lines.push(`  ${what.padEnd(34)} ${value.padStart(14)}   ${floor.padEnd(20)} ${aim}`.trimEnd());
    }
  }
  return `${lines.join("\n")}\n`;
}

/** What, value with unit, floor, aim and whether it is met. */
export function cellsOf({ what, value, unit, floor, aim }: Measure): readonly string[] {
  const shownFloor = floor === null ? "" : `floor ${numberText(floor)}`;
  const shownAim = aim === null ? "" : `aim ${aim.text}: ${aim.isMet ? "yes" : "no"}`;
  return [what, `${numberText(value)} ${unit}`.trim(), shownFloor, shownAim];
}

/** Three digits that count: 0.02, 4.57, 81.3, 2,095. */
export function numberText(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

import { parseDuration } from "../../src/core/notification/duration.ts";

/** One line of a scenario that does something. */
export interface Act {
  readonly line: number;
  readonly words: readonly string[];
}

/** What is there at the beginning: the lines that begin with `clusters`, `gitrepo`, `destinations`, `targets` or `timing`. */
export interface ScenarioSetting {
  readonly clusters: readonly string[];
  readonly gitRepos: readonly { readonly name: string; readonly repository: string }[];
  readonly destinations: readonly string[];
  readonly timing: Readonly<Record<string, string>>;
  /** Each has the clusters whose label `stage` is its name. */
  readonly targets: readonly string[];
}

export interface Scenario {
  readonly setting: ScenarioSetting;
  /** Every line but what was received, as it is written: comments, blank lines, settings, acts. */
  readonly lines: readonly string[];
  readonly acts: readonly Act[];
}

/** What receivers got stands below the act, behind this. */
export const receivedMark = "  > ";

const settingWords: ReadonlySet<string> = new Set(["clusters", "gitrepo", "destinations", "targets", "timing"]);

export function parseScenario(text: string): Scenario {
  const lines = text
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith(receivedMark));
  const all = lines.flatMap((text, line): Act[] => {
    const words = text
      .split("#")[0]!
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    return words.length === 0 ? [] : [{ line, words }];
  });
  const told = (word: string) => all.filter(({ words }) => words[0] === word).map(({ words }) => words.slice(1));
  const gitRepos = told("gitrepo").map(([name = "", repository = name]) => ({ name, repository }));
  const pairs = told("timing").flat();
  const timing = Object.fromEntries(pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? ""]] : [])));
  const setting = {
    clusters: orDefault(told("clusters").flat(), ["c1", "c2"]).filter((name) => name !== "none"),
    gitRepos: gitRepos.length === 0 ? [{ name: "shop", repository: "shop" }] : gitRepos,
    destinations: orDefault(told("destinations").flat(), ["status", "log"]),
    timing,
    targets: told("targets").flat(),
  };
  return { setting, lines, acts: all.filter(({ words }) => !settingWords.has(words[0]!)) };
}

/** A duration of a scenario (`10m`, `1m30s`) in milliseconds. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`"${text}" is no duration. Allowed: 10m, 90s, 1h30m`);
  return ms;
}

function orDefault(given: readonly string[], otherwise: readonly string[]): readonly string[] {
  return given.length === 0 ? otherwise : given;
}

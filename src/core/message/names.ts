import { limits } from "../limits.ts";
import { cut } from "../template/cut.ts";
import { oneLine } from "../template/one-line.ts";

/** `c1, c2, c3 and 2 more`: at most `shown` of the names, and how many there are besides; `count` may be more than the names that are known. */
export function listNames(names: readonly string[], count: number, shown: number = limits.namesInDescriptionMax): string {
  const listed = names.slice(0, shown).map((name) => cut(oneLine(name), limits.nameInTextMax));
  const more = Math.max(count, names.length) - listed.length;
  if (listed.length === 0) return "";
  return more > 0 ? `${listed.join(", ")} and ${more} more` : listed.join(", ");
}

/** The first seven characters of a SHA, as git shows it. */
export function shortSha(sha: string): string {
  return Array.from(oneLine(sha)).slice(0, 7).join("");
}

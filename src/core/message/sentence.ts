import { limits } from "../limits.ts";
import { cut, lengthOf } from "../template/cut.ts";
import { listNames } from "./names.ts";

/** A sentence of three parts: `head: names: reason`. Only the head is never shortened for the others. */
export interface Sentence {
  readonly head: string;
  readonly names?: readonly string[];
  /** How many the names stand for, where it is more than are known. */
  readonly count?: number;
  /** One line: from `errorLine` or of our own making. */
  readonly reason?: string;
}

/**
 * Writes a sentence within `max` code points. What gives way first is the least important: names beyond the first, then the end of the
 * reason, then the last name; a reason keeps `limits.errorInDescriptionMin` before a name is shown.
 */
export function writeSentence({ head, names = [], count = names.length, reason = "" }: Sentence, max: number): string {
  const reserved = reason === "" ? 0 : Math.min(lengthOf(reason), limits.errorInDescriptionMin) + 2;
  let start = head;
  for (let shown = Math.min(names.length, limits.namesInDescriptionMax); shown > 0; shown -= 1) {
    const withNames = `${head}: ${listNames(names, count, shown)}`;
    if (lengthOf(withNames) + reserved > max) continue;
    start = withNames;
    break;
  }
  return cut(reason === "" ? start : `${start}: ${reason}`, max);
}

import { isScalar, type Node, Scalar, visit } from "yaml";
import type { PlacedDocument, Position } from "./position.ts";

/** Words that YAML 1.1, and with it kubectl, takes for true or false; this program and YAML 1.2 take them for texts. */
const words = /^(y|n|yes|no|on|off)$/i;

export interface AmbiguousWord extends Position {
  readonly word: string;
}

/** Bare words of a node that kubectl reads as something else than they say. The name `on` is understood either way (unquoted-on.ts). */
export function ambiguousWords(node: Node, { lines }: PlacedDocument): readonly AmbiguousWord[] {
  const found: AmbiguousWord[] = [];
  visit(node, {
    Scalar(key, scalar) {
      if (!isScalar(scalar) || scalar.type !== Scalar.PLAIN || typeof scalar.value !== "string") return;
      if (!words.test(scalar.value) || (key === "key" && scalar.value === "on")) return;
      const { line, col } = lines.linePos(scalar.range?.[0] ?? 0);
      found.push({ word: scalar.value, line, column: col });
    },
  });
  return found;
}

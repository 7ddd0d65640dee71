import { limits } from "../limits.ts";

/** A value as an error shows it: one short printable line. For nothing that may be a secret. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return printable(value);
  return typeof value === "number" ? `the number ${value}` : (JSON.stringify(value) ?? typeof value);
}

/** A text in quotes, control and invisible characters escaped, cut to `limits.foundTextMax`. */
export function printable(text: string): string {
  const cut = text.length > limits.foundTextMax ? `${text.slice(0, limits.foundTextMax - 1)}…` : text;
  return JSON.stringify(cut).replaceAll(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (it) => `\\u{${it.codePointAt(0)?.toString(16)}}`);
}

/** `a`, `b` or `c`. */
export function oneOf(values: readonly string[]): string {
  const quoted = values.map((it) => `"${it}"`);
  const last = quoted.pop();
  return quoted.length === 0 ? (last ?? "nothing") : `${quoted.join(", ")} or ${last}`;
}

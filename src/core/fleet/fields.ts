import { limits } from "../limits.ts";
import type { ConditionRecord } from "./record.ts";

/**
 * Reads fields of an object that anybody may have written: whatever is not of the expected type counts as absent, texts are cut. Absent
 * numbers are 0 and absent booleans false, as Fleet leaves them out (fleet-facts §1.3). Never throws.
 */
export class Fields {
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    this.#value = typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  }

  at(name: string): Fields {
    return new Fields(this.#own(name));
  }

  /** Entries of a list, each as fields; at most `limits.listReadMax`. */
  list(name: string): readonly Fields[] {
    const value = this.#own(name);
    return Array.isArray(value) ? value.slice(0, limits.listReadMax).map((it) => new Fields(it)) : [];
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined && this.#own(name) !== null;
  }

  text(name: string): string {
    const value = this.#own(name);
    return typeof value === "string" ? cut(value) : "";
  }

  /** The first text of a list of texts; "" where there is none. */
  firstText(name: string): string {
    const value = this.#own(name);
    const first: unknown = Array.isArray(value) ? value.find((it) => typeof it === "string") : undefined;
    return typeof first === "string" ? cut(first) : "";
  }

  number(name: string): number {
    const value = this.#own(name);
    return typeof value === "number" && Number.isFinite(value) ? value : 0;
  }

  flag(name: string): boolean {
    return this.#own(name) === true;
  }

  /** An RFC 3339 time in milliseconds; 0 where absent or none. */
  timeMs(name: string): number {
    const ms = Date.parse(this.text(name));
    return Number.isNaN(ms) ? 0 : ms;
  }

  /** Labels and annotations: text values only. */
  texts(name: string): Readonly<Record<string, string>> {
    const value = this.#own(name);
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  /** The condition of that type under `conditions`; null where absent. */
  condition(type: string): ConditionRecord | null {
    const found = this.list("conditions").find((it) => it.text("type") === type);
    return found === undefined
      ? null
      : { status: found.text("status"), reason: found.text("reason"), message: found.text("message") };
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#value, name) ? this.#value[name] : undefined;
  }
}

/** By code points, so that no surrogate pair is split. */
function cut(text: string): string {
  const max = limits.conditionMessageMax;
  return text.length <= max
    ? text
    : Array.from(text.slice(0, max * 2))
        .slice(0, max)
        .join("");
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000001 };

/** A Go duration ("1h30m", "15s") in milliseconds; null where it is none. */
export function durationMs(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)];
  if (parts.length === 0 || parts.map((it) => it[0]).join("") !== text) return null;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ""] ?? 0), 0);
}

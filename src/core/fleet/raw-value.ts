/**
 * Readers for a value of unknown shape. Each gives what was asked for or its neutral value ("", 0, false, empty): Fleet omits false and 0,
 * and an object edited by hand may hold anything. None throws.
 */
import { limits } from "../limits.ts";

export type RawObject = Readonly<Record<string, unknown>>;

const nothing: RawObject = Object.freeze({});

export function objectOf(value: unknown): RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RawObject) : nothing;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function flagOf(value: unknown): boolean {
  return value === true;
}

/** A finite number, or one written as text (labels and annotations hold "3"). */
export function numberOf(value: unknown): number {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : 0;
}

/** A name, an id, a SHA: without control characters, and never longer than any that Kubernetes would take. */
export function nameOf(value: unknown): string {
  return typeof value === "string" ? clean(value, limits.identifierMax) : "";
}

/** What people are told: cut by code points, without control characters but line feed and tab. */
export function messageOf(value: unknown): string {
  return typeof value === "string" ? clean(value, limits.conditionMessageMax) : "";
}

/** Milliseconds since the epoch of an RFC 3339 time; 0 where it is none. */
export function timeMsOf(value: unknown): number {
  const timeMs = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration ("1h0m0s", "2s"), as metav1.Duration writes it; 0 where it is none. */
export function durationMsOf(value: unknown): number {
  if (typeof value !== "string" || value.length > 64 || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return 0;
  let sumMs = 0;
  for (const [, count, unit] of value.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    sumMs += Number(count) * (unitMs[unit ?? ""] ?? 0);
  return sumMs;
}

/** Labels or annotations: entries that are text. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(objectOf(value))) if (typeof text === "string") texts[key] = nameOf(text);
  return texts;
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for: C0 but \t and \n, DEL, C1, bidirectional overrides
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function clean(text: string, codePointsMax: number): string {
  return cut(text, codePointsMax).replace(control, " ").toWellFormed();
}

function cut(text: string, codePointsMax: number): string {
  if (text.length <= codePointsMax) return text;
  let end = 0;
  let beforeLast = 0;
  // The rest of a huge text is never looked at.
  for (let count = 0; count < codePointsMax && end < text.length; count++) {
    beforeLast = end;
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return end >= text.length ? text : `${text.slice(0, beforeLast)}…`;
}

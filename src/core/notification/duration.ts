/** Hours, minutes, seconds, milliseconds, each at most once and in this order; at least one of them. */
export const durationPattern = "^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$";

const form = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

/** `1h30m` → 5,400,000 ms; null for anything that is not a duration. A subset of Go's, so that CEL's `duration()` reads the same. */
export function parseDuration(text: string): number | null {
  const parts = text === "" ? null : form.exec(text);
  if (parts === null) return null;
  const [hours, minutes, seconds, milliseconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1_000 + (milliseconds ?? 0);
}

/** The shortest text that `parseDuration` reads as this: 90,000 → `1m30s`; 0 → `0s`. */
export function formatDuration(ms: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(ms / 3_600_000), "h"],
    [Math.floor(ms / 60_000) % 60, "m"],
    [Math.floor(ms / 1_000) % 60, "s"],
    [ms % 1_000, "ms"],
  ];
  const text = parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
  return text === "" ? "0s" : text;
}

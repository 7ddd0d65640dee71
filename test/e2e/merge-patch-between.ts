function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON merge patch (RFC 7386) that makes `after` of `before`; undefined where they are equal. */
export function mergePatchBetween(before: unknown, after: unknown): unknown {
  if (!isPlainObject(before) || !isPlainObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  }
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]) => {
    const patch = Object.hasOwn(before, key) ? mergePatchBetween(before[key], value) : value;
    return patch === undefined ? [] : [[key, patch] as const];
  });
  if (gone.length === 0 && changed.length === 0) return undefined;
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...changed]);
}

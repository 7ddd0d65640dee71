/**
 * YAML 1.1, which kubectl and the API server read, takes the bare word `on` for true: `on: [GitRepoReady]` arrives as `"true": [GitRepoReady]`.
 * People write it without quotes, so the CRD takes this name too, and everything after this function knows `on` alone. Returns the object itself
 * where nothing is to be done; where both are there, the other one is left for the schema to refuse.
 */
export function restoreUnquotedOn(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const spec = raw["spec"];
  if (!isRecord(spec)) return raw;
  const whole = restoredIn(spec);
  const targets = whole["targets"];
  const restoredTargets = Array.isArray(targets) ? targets.map((it: unknown) => (isRecord(it) ? restoredIn(it) : it)) : targets;
  const isSame = !Array.isArray(targets) || targets.every((it, index) => it === (restoredTargets as unknown[])[index]);
  if (isSame) return whole === spec ? raw : { ...raw, spec: whole };
  return { ...raw, spec: { ...whole, targets: restoredTargets } };
}

/** The same for what has `destinations`: a spec or a target. */
function restoredIn(owner: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const destinations = owner["destinations"];
  if (!Array.isArray(destinations) || !destinations.some(hasUnquotedOn)) return owner;
  return { ...owner, destinations: destinations.map((it) => (hasUnquotedOn(it) ? restored(it) : it)) };
}

/** What `on` is called where its quotes were forgotten. */
export const unquotedOn = "true";

function restored({ [unquotedOn]: on, ...rest }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...rest, on };
}

function hasUnquotedOn(destination: unknown): destination is Readonly<Record<string, unknown>> {
  return isRecord(destination) && Object.hasOwn(destination, unquotedOn) && !Object.hasOwn(destination, "on");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

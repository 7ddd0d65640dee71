import { formatDuration } from "./duration.ts";
import type { Notification } from "./notification.ts";
import type { NotificationIdentity, Rule } from "./rule.ts";
import { wholeDestination } from "./target-set.ts";
import type { WrittenDestination } from "./written-destination.ts";
import type { WrittenSpec } from "./written-target.ts";

type Path = readonly (string | number)[];

/** A place in a Notification. */
export interface Origin {
  readonly notification: NotificationIdentity;
  /** As in the YAML: `spec.destinations[0].webhook.url`. */
  readonly path: Path;
}

/** One field of a rule, and where its value was written. */
export interface TracedField {
  /** `webhook.url`, `timing.settle`. */
  readonly field: Path;
  /** As it is written; a default as it would be. */
  readonly value: unknown;
  /** null: nobody says it, it is the default. */
  readonly from: Origin | null;
}

export interface TracedRule {
  readonly fields: readonly TracedField[];
  /** What a level above says and the rule does not have: credentials for another address, or fields of another type. */
  readonly notInherited: readonly (TracedField & { readonly from: Origin })[];
  /** Every `suspend` that mutes it; empty where it is sent. */
  readonly suspendedBy: readonly Origin[];
}

/** The Notifications that a rule was made of, as `resolveRules` takes them: either may be null, and not both. */
export interface Levels {
  readonly upper: Notification | null;
  readonly lower: Notification | null;
}

/**
 * Where each field of a rule comes from: the levels are searched from below for what `resolveRules` has put together, so nothing of its precedence is
 * told here again. A level that writes another value was cut off, by an address that was changed and changed back.
 */
export function traceRule(rule: Rule, levels: Levels): TracedRule {
  const { upper, lower } = levels;
  const specs = { spec: (lower ?? upper)?.spec ?? null, above: lower === null ? null : (upper?.spec ?? null) };
  const whole = wholeDestination(specs, rule);
  const written = writtenIn(levels, rule);
  const fields = uniqueFields(written.filter(({ field, value }) => JSON.stringify(at(whole, field)) === JSON.stringify(value)));
  const defaults = defaultsOf(rule).filter(({ field }) => at(whole, field) === undefined);
  const isAddress = ({ field }: TracedField) => addresses.has(String(field[1]));
  return {
    fields: [...fields, ...defaults, ...ofTarget(rule, levels)].filter(isShown).sort((one, other) => rankOf(one) - rankOf(other)),
    notInherited: uniqueFields(written.filter((it) => at(whole, it.field) === undefined && !isAddress(it))),
    suspendedBy: suspensionsOf(fields, rule, levels),
  };
}

const addresses = new Set(["url", "urlSecretRef", "apiUrl"]);
const order = ["match", "on", "when", "order", "webhook", "github", "timing", "modified"];
const rankOf = ({ field }: TracedField) => order.indexOf(String(field[0]));
/** What mutes is told by itself. */
const isShown = ({ field }: TracedField) => field[0] !== "suspend";

type Written = TracedField & { readonly from: Origin };

/** The first of each field: that of the lowest level. */
function uniqueFields(fields: readonly Written[]): readonly Written[] {
  const first = new Map<string, Written>();
  for (const it of fields) if (!first.has(JSON.stringify(it.field))) first.set(JSON.stringify(it.field), it);
  return [...first.values()];
}

/** Every field that any level writes of the destination, the lowest level first: each one's target before the whole. */
function writtenIn({ upper, lower }: Levels, { target, destination }: Rule): readonly Written[] {
  return [lower, upper].flatMap((notification) => {
    if (notification === null) return [];
    const { identity } = notification;
    const spec: WrittenSpec = notification.spec;
    const place = spec.targets?.findIndex((it) => it.name === target) ?? -1;
    return [
      ...fieldsOf(spec.targets?.[place]?.destinations, {
        identity,
        destination,
        path: ["spec", "targets", place, "destinations"],
      }),
      ...fieldsOf(spec.destinations, { identity, destination, path: ["spec", "destinations"] }),
    ];
  });
}

function fieldsOf(
  list: readonly WrittenDestination[] | undefined,
  { identity, destination, path }: { identity: NotificationIdentity; destination: string; path: Path },
): readonly Written[] {
  const index = list?.findIndex((it) => it.name === destination) ?? -1;
  const written = list?.[index];
  if (written === undefined) return [];
  const { name: _name, github: { auth, apiUrl, ...types } = {}, webhook, ...own } = written;
  const leaves = [
    ...leavesOf(own, []),
    ...leavesOf(webhook, ["webhook"]),
    ...leavesOf({ apiUrl, auth }, ["github"]),
    ...Object.entries(types).flatMap(([type, config]) => leavesOf(config, ["github", type])),
  ];
  return leaves.map(({ field, value }) => ({ field, value, from: { notification: identity, path: [...path, index, ...field] } }));
}

/** The fields that are merged one by one: those of an object, not those of what they hold. */
function leavesOf(object: object | undefined, path: Path): readonly { readonly field: Path; readonly value: unknown }[] {
  return Object.entries(object ?? {}).flatMap(([name, value]: [string, unknown]) => {
    return value === undefined ? [] : [{ field: [...path, name], value }];
  });
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((it, key) => (it as Readonly<Record<string | number, unknown>> | undefined)?.[key], value);
}

/** What the rule has where nobody writes it; what says nothing is left out. */
function defaultsOf({ on, order, config }: Rule): readonly TracedField[] {
  const byDefault = (field: Path, value: unknown): TracedField => ({ field, value, from: null });
  const both = [byDefault(["on"], [...on]), byDefault(["order"], order)];
  if (config.type !== "webhook") {
    const said = Object.entries(config).filter(([name, value]) => name !== "type" && value !== "");
    return [...both, ...said.map(([name, value]) => byDefault(["github", config.type, name], value))];
  }
  const { method, format, timeoutMs } = config;
  const webhook = Object.entries({ method, format, timeout: formatDuration(timeoutMs) });
  return [...both, ...webhook.map(([name, value]) => byDefault(["webhook", name], value))];
}

/** How the clusters of the rule's target are found and judged. */
function ofTarget({ target, targets }: Rule, levels: Levels): readonly TracedField[] {
  const resolved = targets.targets.find((it) => it.name === target);
  if (resolved === undefined) return [];
  const { settleMs, errorGraceMs, notReadyDeadlineMs, maxHoldMs } = resolved.timing;
  const timing = { settle: settleMs, errorGrace: errorGraceMs, notReadyDeadline: notReadyDeadlineMs, maxHold: maxHoldMs };
  const fields: [Path, unknown][] = [
    ...(resolved.match === null ? [] : [[["match"], resolved.match] as [Path, unknown]]),
    ...Object.entries(timing).map(([name, ms]): [Path, unknown] => [["timing", name], formatDuration(ms)]),
    [["modified"], resolved.modified],
  ];
  return fields.map(([field, value]) => ({ field, value, from: originOf(field, { target, levels }) }));
}

/** Where a field is written that the specs and their targets have in common; the lowest level's target goes first. */
function originOf(field: Path, { target, levels }: { target: string; levels: Levels }): Origin | null {
  for (const notification of [levels.lower, levels.upper]) {
    const found = notification === null ? [] : placesOf(notification, target).filter((it) => at(it.written, field) !== undefined);
    const [first] = found;
    if (notification !== null && first !== undefined) {
      return { notification: notification.identity, path: [...first.path, ...field] };
    }
  }
  return null;
}

function placesOf({ spec }: Notification, target: string): readonly { readonly written: unknown; readonly path: Path }[] {
  const { targets = [] }: WrittenSpec = spec;
  const index = targets.findIndex((it) => it.name === target);
  const whole = { written: spec, path: ["spec"] };
  return index < 0 ? [whole] : [{ written: targets[index], path: ["spec", "targets", index] }, whole];
}

function suspensionsOf(fields: readonly Written[], { target }: Rule, { upper, lower }: Levels): readonly Origin[] {
  const whole = firstSuspend([lower, upper], (it) => ({ written: it.spec, path: ["spec"] }));
  const ofThisTarget = firstSuspend([lower, upper], (it) => placesOf(it, target).find(({ path }) => path.length > 1));
  const destination = fields.find(({ field, value }) => field[0] === "suspend" && value === true);
  return [whole, ofThisTarget, destination?.from ?? null].filter((it) => it !== null);
}

/** The first that says anything of `suspend` decides; null where it says no, or nobody does. */
function firstSuspend(
  levels: readonly (Notification | null)[],
  placeOf: (notification: Notification) => { readonly written: unknown; readonly path: Path } | undefined,
): Origin | null {
  for (const notification of levels) {
    const place = notification === null ? undefined : placeOf(notification);
    const said = at(place?.written, ["suspend"]);
    if (notification === null || place === undefined || said === undefined) continue;
    return said === true ? { notification: notification.identity, path: [...place.path, "suspend"] } : null;
  }
  return null;
}

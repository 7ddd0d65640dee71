import { limits } from "../limits.ts";

/**
 * A value as JSON, of own data properties alone: what is inherited, a getter, or a `toJSON` is not looked at, so that no code of the data's runs.
 * What JSON cannot say is null.
 *
 * @throws RangeError where it is nested deeper than `limits.templateDataDepthMax`, or in itself.
 */
export function plainJson(value: unknown, depth = 0): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      return Number.isFinite(value) ? JSON.stringify(value) : "null";
    case "object":
      break;
    default:
      return "null";
  }
  if (value === null) return "null";
  if (depth >= limits.templateDataDepthMax) throw tooDeep();
  if (Array.isArray(value)) return `[${value.map((it) => plainJson(it, depth + 1)).join(",")}]`;
  const fields = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(
    ([, it]) => it.enumerable === true && "value" in it,
  );
  return `{${fields.map(([name, it]) => `${JSON.stringify(name)}:${plainJson(it.value, depth + 1)}`).join(",")}}`;
}

export function tooDeep(): RangeError {
  return new RangeError(`The data is nested more than ${limits.templateDataDepthMax} deep.`);
}

import { z } from "zod";
import {
  commentDataSchema,
  eventDataSchema,
  statusContextSchema,
  streamDataSchema,
  templateContextSchema,
} from "./event-data.ts";

/** What is known of a value before there is one: enough to tell which names may follow it. */
export type Shape =
  | { readonly kind: "text" | "number" | "boolean" | "nothing" }
  | { readonly kind: "list"; readonly item: Shape }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Shape> };

/** The part of JSON Schema that our own schemas become. */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** What templates see (core/template/event-data.ts). */
export const contextShape: Shape = shapeOf(z.toJSONSchema(templateContextSchema) as JsonSchema);

/** What conditions see. */
export const eventShape: Shape = shapeOf(z.toJSONSchema(eventDataSchema) as JsonSchema);

/** What the name of a stream's place may be made of. */
export const streamShape: Shape = shapeOf(z.toJSONSchema(streamDataSchema) as JsonSchema);

/** What the description of a commit status sees. */
export const statusShape: Shape = shapeOf(z.toJSONSchema(statusContextSchema) as JsonSchema);

/** What the body of a pull request's comment sees. */
export const commentShape: Shape = shapeOf(z.toJSONSchema(commentDataSchema) as JsonSchema);

/** The shape of a field, an item (`.[0]`) or a length; null where there is none of that name. */
export function fieldOf(shape: Shape, name: string): Shape | null {
  if (shape.kind === "object") return shape.fields.get(name) ?? null;
  const hasLength = shape.kind === "list" || shape.kind === "text";
  if (hasLength && name === "length") return { kind: "number" };
  return shape.kind === "list" && /^\d+$/.test(name) ? shape.item : null;
}

/** The names that may follow a value of this shape. */
export function fieldNames(shape: Shape): readonly string[] {
  if (shape.kind === "object") return [...shape.fields.keys()];
  return shape.kind === "list" || shape.kind === "text" ? ["length"] : [];
}

/** Every field of the context by its full name, the shallow ones first: `gitRepo.name`. Items of lists are left out. */
export function fullNames(shape: Shape): readonly string[] {
  const names: string[] = [];
  const open: { prefix: string; shape: Shape }[] = [{ prefix: "", shape }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (next.shape.kind !== "object") continue;
    for (const [name, field] of next.shape.fields) {
      names.push(next.prefix + name);
      open.push({ prefix: `${next.prefix}${name}.`, shape: field });
    }
  }
  return names;
}

function shapeOf(schema: JsonSchema): Shape {
  const alternative = schema.anyOf?.find((it) => it.type !== "null");
  if (alternative !== undefined) return shapeOf(alternative);
  switch (schema.type) {
    case "object":
      return {
        kind: "object",
        fields: new Map(Object.entries(schema.properties ?? {}).map(([name, it]) => [name, shapeOf(it)])),
      };
    case "array":
      return { kind: "list", item: shapeOf(schema.items ?? {}) };
    case "integer":
    case "number":
      return { kind: "number" };
    case "boolean":
      return { kind: "boolean" };
    case undefined:
    default:
      return { kind: "text" };
  }
}

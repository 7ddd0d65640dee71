import { z } from "zod";

/** A row for each field that has no fields of its own, and for each list: name, type, meaning. */
export function fieldRows(schema: z.ZodType, path: string): string[][] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    const rows = Object.entries(inner.shape).flatMap(([name, field]) => {
      return fieldRows(field as z.ZodType, path === "" ? name : `${path}.${name}`);
    });
    const isNullable = schema instanceof z.ZodNullable;
    return isNullable ? [[`\`${path}\``, "object or null", schema.description ?? ""], ...rows] : rows;
  }
  if (inner instanceof z.ZodArray) {
    const item = inner.element as z.ZodType;
    const isOfObjects = unwrapped(item) instanceof z.ZodObject;
    const row = [`\`${path}\``, isOfObjects ? "list of objects" : "list of texts", inner.description ?? ""];
    return isOfObjects ? [row, ...fieldRows(item, `${path}[]`)] : [row];
  }
  const type = inner instanceof z.ZodEnum ? inner.options.map((it) => `\`${it}\``).join(", ") : scalarType(inner);
  return [[`\`${path}\``, type, schema.description ?? ""]];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodNullable ? (schema.unwrap() as z.ZodType) : schema;
}

function scalarType(schema: z.ZodType): string {
  if (schema instanceof z.ZodNumber) return "integer";
  return schema instanceof z.ZodBoolean ? "true or false" : "text";
}

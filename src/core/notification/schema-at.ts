import { z } from "zod";

/** The schema of the value at a path below another; null where the path leaves what the schema knows. */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | null {
  let current: z.core.$ZodType | null = unwrap(schema);
  for (const key of path) {
    if (current === null) return null;
    const next: z.core.$ZodType | null = childOf(current, key);
    current = next === null ? null : unwrap(next);
  }
  return current;
}

/** The fields of an object's schema; null where it is no object with fields of its own. */
export function fieldsOf(schema: z.core.$ZodType | null): Readonly<Record<string, z.core.$ZodType>> | null {
  return schema instanceof z.ZodObject ? schema.shape : null;
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | null {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return typeof key === "string" && Object.hasOwn(shape, key) ? (shape[key] ?? null) : null;
  }
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return null;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap();
  return current;
}

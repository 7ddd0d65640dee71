import { z } from "zod";

export interface StructuralSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly [keyword: string]: unknown;
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that a structural schema takes as they are. */
const kept = [
  "description",
  "type",
  "format",
  "enum",
  "required",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "maxProperties",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-validations",
];
/** What zod says and Kubernetes does otherwise: unknown fields are pruned or refused by `fieldValidation`, keys of maps are not checked. */
const dropped = new Set(["$schema", "additionalProperties", "propertyNames", "const", "properties", "items", "id"]);

/**
 * The structural OpenAPI schema of a zod schema, as CustomResourceDefinitions take it. Throws for what has no structural form (a union, a
 * reference): write the schema without it.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  return structural(z.toJSONSchema(schema, { reused: "inline", io: "input" }), "");
}

function structural(schema: JsonSchema, path: string): StructuralSchema {
  for (const keyword of Object.keys(schema)) {
    if (!kept.includes(keyword) && !dropped.has(keyword))
      throw new Error(`${path || "the schema"}: "${keyword}" has no structural form`);
  }
  const { properties, items, additionalProperties } = schema as { properties?: Record<string, JsonSchema> } & JsonSchema;
  return {
    ...Object.fromEntries(kept.filter((it) => schema[it] !== undefined).map((it) => [it, schema[it]])),
    ...("const" in schema && { enum: [schema["const"]] }),
    ...(properties !== undefined &&
      Object.keys(properties).length > 0 && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, it]) => [name, structural(it, `${path}.${name}`)] as const),
        ),
      }),
    ...(isSchema(items) && { items: structural(items, `${path}[]`) }),
    ...(isSchema(additionalProperties) && { additionalProperties: structural(additionalProperties, `${path}{}`) }),
  };
}

/** `false` (no other fields) and `{}` (any) are no schemas of their own. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import type { GitHubOperation } from "./github-api-operations.ts";

type Schema = Readonly<Record<string, unknown>>;

interface OpenApiParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}
interface OpenApiOperation {
  readonly parameters?: readonly (OpenApiParameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly required?: boolean; readonly content: OpenApiContent };
  readonly responses: Readonly<Record<string, { readonly content?: OpenApiContent } | { readonly $ref: string }>>;
}
type OpenApiContent = Readonly<Record<string, { readonly schema?: Schema }>>;

/** Says in one line each what GitHub's own OpenAPI would refuse of a request or an answer. Empty lists: nothing. */
export interface GitHubSchema {
  requestProblems(
    operation: GitHubOperation,
    request: { readonly parameters: Readonly<Record<string, string>>; readonly query: URLSearchParams; readonly body: unknown },
  ): readonly string[];
  responseProblems(operation: GitHubOperation, response: { readonly status: number; readonly body: unknown }): readonly string[];
}

const documentUrl = new URL("./github-openapi.json", import.meta.url);

/** Reads `github-openapi.json` (made by scripts/trim-openapi.ts). Schemas are compiled when they are first needed. */
export function loadGitHubSchema(): GitHubSchema {
  const document = toJsonSchema(JSON.parse(readFileSync(documentUrl, "utf8"))) as Readonly<Record<string, unknown>>;
  const strict = { strict: false, validateFormats: false, allErrors: true } as const;
  const ajv = new Ajv(strict).addSchema(document, "github");
  // Paths and queries are text: there "5" is a number.
  const textAjv = new Ajv({ ...strict, coerceTypes: true }).addSchema(document, "github");
  const compiled = new Map<string, ValidateFunction>();
  const problems = (pointer: string, value: unknown, isText = false): readonly string[] => {
    const validate = compiled.get(pointer) ?? (isText ? textAjv : ajv).compile({ $ref: `github${pointer}` });
    compiled.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`);
  };
  const find = (pointer: string) => lookUp(document, pointer);

  return {
    requestProblems(operation, { parameters, query, body }) {
      const { pointer, value } = operationAt(find, operation);
      const given = { path: new Map(Object.entries(parameters)), query: new Map(query) };
      const expected = (value.parameters ?? []).map((entry, index) => parameterAt(find, entry, `${pointer}/parameters/${index}`));
      const wrong = expected.flatMap(({ parameter, schemaPointer }) => {
        if (parameter.in === "header") return [];
        const text = given[parameter.in].get(parameter.name);
        if (text !== undefined) return problems(schemaPointer, text, true).map((problem) => `${parameter.name}:${problem}`);
        return parameter.required === true ? [`${parameter.in} parameter "${parameter.name}" is missing`] : [];
      });
      const content = value.requestBody?.content["application/json"];
      if (content?.schema === undefined) return wrong;
      if (body === undefined) return value.requestBody?.required === true ? [...wrong, "the body is missing"] : wrong;
      return [
        ...wrong,
        ...problems(`${pointer}/requestBody/content/application~1json/schema`, body).map((each) => `body:${each}`),
      ];
    },
    responseProblems(operation, { status, body }) {
      const { pointer, value } = operationAt(find, operation);
      const response = value.responses[String(status)];
      if (response === undefined) return [];
      const responsePointer = "$ref" in response ? response.$ref : `${pointer}/responses/${status}`;
      const { content } = find(responsePointer) as { content?: OpenApiContent };
      if (content?.["application/json"]?.schema === undefined || typeof body === "string") return [];
      return problems(`${responsePointer}/content/application~1json/schema`, body);
    },
  };
}

type Find = (pointer: string) => unknown;

function operationAt(find: Find, { method, path }: GitHubOperation): { pointer: string; value: OpenApiOperation } {
  const pointer = `#/paths/${escaped(path)}/${method.toLowerCase()}`;
  return { pointer, value: find(pointer) as OpenApiOperation };
}

function parameterAt(find: Find, entry: OpenApiParameter | { readonly $ref: string }, pointer: string) {
  const own = "$ref" in entry ? entry.$ref : pointer;
  return { parameter: find(own) as OpenApiParameter, schemaPointer: `${own}/schema` };
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function lookUp(document: unknown, pointer: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduce<unknown>((value, key) => {
    const next = (value as Record<string, unknown>)[key.replaceAll("~1", "/").replaceAll("~0", "~")];
    if (next === undefined) throw new Error(`github-openapi.json has no ${pointer}. Remedy: run scripts/trim-openapi.ts anew.`);
    return next;
  }, document);
}

/** OpenAPI 3.0 says `nullable: true`; JSON Schema has a type for it. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = value as Record<string, unknown>;
  const converted = Object.fromEntries(Object.entries(rest).map(([key, entry]) => [key, toJsonSchema(entry)]));
  return nullable === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

import { schema, validate } from "@octokit/graphql-schema";

/** Says in one line each what GitHub's own GraphQL schema would refuse of a query, or does not know of an answer. Empty: nothing. */
export interface GitHubGraphqlSchema {
  queryProblems(query: string): readonly string[];
  /** `value` as it was answered: objects are looked at by their own fields, so of them only whether they may be there. */
  fieldProblems(field: { readonly typeName: string; readonly name: string }, value: unknown): readonly string[];
}

interface TypeReference {
  readonly kind: "NON_NULL" | "LIST" | "SCALAR" | "ENUM" | "OBJECT" | "INTERFACE" | "UNION";
  readonly name: string | null;
  readonly ofType: TypeReference | null;
}
interface Type {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: TypeReference }[] | null;
  readonly enumValues: readonly { readonly name: string }[] | null;
}

/** Scalars that JSON has no other form for; GitHub's own (`URI`, `GitObjectID`) are texts. */
const scalars: Readonly<Record<string, string>> = { Int: "number", Float: "number", Boolean: "boolean" };

/** Importing this file reads 8 MB of JSON, half a second: only who holds something against the schema imports it. */
export function loadGitHubGraphqlSchema(): GitHubGraphqlSchema {
  const { __schema: introspected } = schema.json as { readonly __schema: { readonly types: readonly Type[] } };
  const { types } = introspected;
  const typeNamed = new Map(types.map((type) => [type.name, type]));

  function problemsOf(reference: TypeReference, value: unknown): readonly string[] {
    const { kind, name, ofType } = reference;
    if (kind === "NON_NULL")
      return value === null ? ["is null and must not be"] : ofType === null ? [] : problemsOf(ofType, value);
    if (value === null) return [];
    if (kind === "LIST") {
      if (!Array.isArray(value) || ofType === null) return ["is no list"];
      return value.flatMap((entry) => problemsOf(ofType, entry));
    }
    if (kind === "ENUM") {
      const allowed = typeNamed.get(name ?? "")?.enumValues?.map((it) => it.name) ?? [];
      return allowed.some((it) => it === value) ? [] : [`is ${JSON.stringify(value)}; ${name} has ${allowed.join(", ")}`];
    }
    const wanted = kind === "SCALAR" ? (scalars[name ?? ""] ?? "string") : "object";
    return typeof value === wanted ? [] : [`is a ${typeof value}, not a ${wanted}`];
  }

  return {
    queryProblems: (query) => validate(query).map(({ message }) => message),
    fieldProblems({ typeName, name }, value) {
      const field = typeNamed.get(typeName)?.fields?.find((it) => it.name === name);
      if (field === undefined) return [`${typeName}.${name} is not in GitHub's schema`];
      return problemsOf(field.type, value).map((problem) => `${typeName}.${name} ${problem}`);
    },
  };
}

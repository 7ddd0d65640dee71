import type { GraphqlField, GraphqlQuery, GraphqlSelection, GraphqlValue } from "./graphql-query.ts";

export type GraphqlArguments = Readonly<Record<string, GraphqlValue>>;

/** An object of the answer: its type's name, and what each field is. A function gets the arguments. */
export interface GraphqlObject {
  readonly typeName: string;
  readonly fields: Readonly<
    Record<string, GraphqlResult | ((given: GraphqlArguments) => GraphqlResult | Promise<GraphqlResult>)>
  >;
}
export type GraphqlResult = GraphqlValue | GraphqlObject | readonly GraphqlObject[];

export interface GraphqlError {
  readonly message: string;
  readonly type?: string;
  readonly path: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, string>>;
}

/** A field's own failure: the field becomes null and the error is listed with its path, as GitHub does for what is not there. */
export class GraphqlFieldError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** A query that asks for something that the schema does not have: no data at all, only this error. */
export class GraphqlSchemaError extends Error {}

/** Gets each field as it was answered. */
export type FieldListener = (field: { readonly typeName: string; readonly name: string }, value: unknown) => void;

interface Execution {
  readonly query: GraphqlQuery;
  readonly onField: FieldListener;
  readonly errors: GraphqlError[];
}
interface Place {
  readonly object: GraphqlObject;
  readonly path: readonly (string | number)[];
}

/** Runs a query on the root object. Throws `GraphqlSchemaError` for an unknown field or fragment. */
export async function executeGraphql(
  query: GraphqlQuery,
  root: GraphqlObject,
  onField: FieldListener = () => {},
): Promise<{ readonly data: Readonly<Record<string, unknown>>; readonly errors: readonly GraphqlError[] }> {
  const execution: Execution = { query, onField, errors: [] };
  const data = await select(execution, { object: root, path: [] }, query.selections);
  return { data, errors: execution.errors };
}

async function select(
  execution: Execution,
  place: Place,
  selections: readonly GraphqlSelection[],
): Promise<Record<string, unknown>> {
  const answer: Record<string, unknown> = {};
  for (const selection of selections) {
    if (selection.kind === "field") answer[selection.key] = await fieldValue(execution, place, selection);
    else {
      const { onType, selections: inner } =
        selection.kind === "inline" ? selection : fragmentOf(execution.query, selection.fragment);
      if (onType === null || onType === place.object.typeName) Object.assign(answer, await select(execution, place, inner));
    }
  }
  return answer;
}

async function fieldValue(execution: Execution, place: Place, field: GraphqlField): Promise<unknown> {
  const { object } = place;
  if (field.name === "__typename") return object.typeName;
  const path = [...place.path, field.key];
  const resolver = object.fields[field.name];
  if (resolver === undefined) throw new GraphqlSchemaError(`Field '${field.name}' doesn't exist on type '${object.typeName}'`);
  try {
    const result = typeof resolver === "function" ? await resolver(field.arguments) : resolver;
    const value = await complete(execution, { result, path }, field);
    execution.onField({ typeName: object.typeName, name: field.name }, value);
    return value;
  } catch (error) {
    if (!(error instanceof GraphqlFieldError)) throw error;
    execution.errors.push({ type: error.type, path, message: error.message });
    return null;
  }
}

async function complete(
  execution: Execution,
  { result, path }: { readonly result: GraphqlResult; readonly path: readonly (string | number)[] },
  field: GraphqlField,
): Promise<unknown> {
  if (Array.isArray(result)) {
    const entries: readonly GraphqlResult[] = result;
    return Promise.all(entries.map((entry, index) => complete(execution, { result: entry, path: [...path, index] }, field)));
  }
  if (isGraphqlObject(result)) {
    if (field.selections.length === 0) throw new GraphqlSchemaError(`Field must have selections (field '${field.name}')`);
    return select(execution, { object: result, path }, field.selections);
  }
  if (field.selections.length > 0 && result !== null) {
    throw new GraphqlSchemaError(`Selections can't be made on scalars (field '${field.name}')`);
  }
  return result;
}

function isGraphqlObject(result: GraphqlResult): result is GraphqlObject {
  return typeof result === "object" && result !== null && "typeName" in result;
}

function fragmentOf(query: GraphqlQuery, name: string) {
  const fragment = query.fragments.get(name);
  if (fragment === undefined) throw new GraphqlSchemaError(`Fragment ${name} was used, but not defined`);
  return fragment;
}

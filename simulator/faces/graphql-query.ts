/** A value in a query: variables are replaced while parsing, and enum values are strings. */
export type GraphqlValue = null | boolean | number | string | readonly GraphqlValue[] | { readonly [key: string]: GraphqlValue };

export interface GraphqlField {
  readonly kind: "field";
  /** The key of the answer: the alias, or the name. */
  readonly key: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, GraphqlValue>>;
  readonly selections: readonly GraphqlSelection[];
}

export type GraphqlSelection =
  | GraphqlField
  | { readonly kind: "inline"; readonly onType: string | null; readonly selections: readonly GraphqlSelection[] }
  | { readonly kind: "spread"; readonly fragment: string };

export interface GraphqlQuery {
  readonly selections: readonly GraphqlSelection[];
  readonly fragments: ReadonlyMap<string, { readonly onType: string; readonly selections: readonly GraphqlSelection[] }>;
}

/** Where a query cannot be read. */
export class GraphqlSyntaxError extends Error {}

/**
 * Reads one GraphQL query (spec October 2021, §2): aliases, arguments, variables, inline and named fragments. What GitHub's clients
 * need no reading of is refused: mutations, subscriptions, directives and block strings.
 */
export function parseGraphql(source: string, variables: Readonly<Record<string, GraphqlValue>>): GraphqlQuery {
  return new Parser(tokensOf(source), variables).document();
}

const tokenPattern =
  /[\s,]+|#[^\n]*|(\.\.\.|[!$&():=@[\]{}|]|[_A-Za-z]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\n]|\\.)*")/gy;

function tokensOf(source: string): readonly string[] {
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < source.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(source);
    if (match === null) throw new GraphqlSyntaxError(`Parse error on ${JSON.stringify(source[at])} at character ${at}`);
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  readonly #variables: Readonly<Record<string, GraphqlValue>>;
  readonly #defaults = new Map<string, GraphqlValue>();
  #at = 0;

  constructor(tokens: readonly string[], variables: Readonly<Record<string, GraphqlValue>>) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  document(): GraphqlQuery {
    let selections: readonly GraphqlSelection[] | null = null;
    const fragments = new Map<string, { onType: string; selections: readonly GraphqlSelection[] }>();
    while (this.#at < this.#tokens.length) {
      if (this.#take("fragment")) {
        const name = this.#name();
        this.#expect("on");
        fragments.set(name, { onType: this.#name(), selections: this.#selections() });
      } else {
        if (selections !== null) throw new GraphqlSyntaxError("More than one operation in a query");
        selections = this.#operation();
      }
    }
    if (selections === null) throw new GraphqlSyntaxError("Unexpected end of document");
    return { selections, fragments };
  }

  #operation(): readonly GraphqlSelection[] {
    if (this.#take("query")) {
      if (this.#peek() !== "{" && this.#peek() !== "(") this.#name();
      if (this.#take("(")) while (!this.#take(")")) this.#variableDefinition();
    }
    return this.#selections();
  }

  #variableDefinition(): void {
    this.#expect("$");
    const name = this.#name();
    this.#expect(":");
    while (this.#take("[")); // [ID!]! and the like: types are not checked here
    this.#name();
    while (this.#take("!") || this.#take("]"));
    if (this.#take("=")) this.#defaults.set(name, this.#value());
  }

  #selections(): readonly GraphqlSelection[] {
    this.#expect("{");
    const selections: GraphqlSelection[] = [];
    while (!this.#take("}")) selections.push(this.#selection());
    return selections;
  }

  #selection(): GraphqlSelection {
    if (this.#take("...")) {
      if (this.#take("on")) return { kind: "inline", onType: this.#name(), selections: this.#selections() };
      if (this.#peek() === "{") return { kind: "inline", onType: null, selections: this.#selections() };
      return { kind: "spread", fragment: this.#name() };
    }
    const key = this.#name();
    const name = this.#take(":") ? this.#name() : key;
    const given: Record<string, GraphqlValue> = {};
    if (this.#take("(")) {
      while (!this.#take(")")) {
        const argument = this.#name();
        this.#expect(":");
        given[argument] = this.#value();
      }
    }
    const selections = this.#peek() === "{" ? this.#selections() : [];
    return { kind: "field", key, name, arguments: given, selections };
  }

  #value(): GraphqlValue {
    const token = this.#next();
    if (token === "$") return this.#variable(this.#name());
    if (token === "[") {
      const values: GraphqlValue[] = [];
      while (!this.#take("]")) values.push(this.#value());
      return values;
    }
    if (token === "{") {
      const fields: Record<string, GraphqlValue> = {};
      while (!this.#take("}")) {
        const name = this.#name();
        this.#expect(":");
        fields[name] = this.#value();
      }
      return fields;
    }
    if (token === "null" || token === "true" || token === "false" || /^["\d-]/.test(token))
      return JSON.parse(token) as GraphqlValue;
    if (/^\w+$/.test(token)) return token; // an enum value
    throw new GraphqlSyntaxError(`Parse error on ${JSON.stringify(token)}: expected a value`);
  }

  #variable(name: string): GraphqlValue {
    const value = this.#variables[name] ?? this.#defaults.get(name);
    if (value === undefined) throw new GraphqlSyntaxError(`Variable $${name} was provided invalid value`);
    return value;
  }

  #name(): string {
    const token = this.#next();
    if (!/^[_A-Za-z]/.test(token)) throw new GraphqlSyntaxError(`Parse error on ${JSON.stringify(token)}: expected a name`);
    return token;
  }
  #expect(token: string): void {
    const found = this.#next();
    if (found !== token)
      throw new GraphqlSyntaxError(`Parse error on ${JSON.stringify(found)}: expected ${JSON.stringify(token)}`);
  }
  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }
  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }
  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new GraphqlSyntaxError("Unexpected end of document");
    this.#at += 1;
    return token;
  }
}

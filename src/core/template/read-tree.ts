import { nearest } from "./suggest.ts";
import {
  blockNames,
  type BlockName,
  type Expression,
  helperNames,
  type HelperName,
  type PathExpression,
  type Position,
  type TemplateNode,
} from "./syntax.ts";
import type { TemplateProblem, TemplateProblemCode } from "./template-problem.ts";

/**
 * Takes Handlebars' tree over into our own, and tells of each thing that is not supported. `restore` gives text back as it was written.
 * Recursive: the tree's depth must be bounded.
 */
export function readTree(
  tree: hbs.AST.Program,
  restore: (text: string) => string,
): { nodes: TemplateNode[]; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const reader = new Reader(problems, restore);
  return { nodes: reader.program(tree), problems };
}

type Call = Pick<hbs.AST.MustacheStatement, "path" | "params" | "hash" | "loc">;

const unsupported: Readonly<Record<string, string>> = {
  PartialStatement: "Partials ({{> name}}) are not supported. Write the text here.",
  PartialBlockStatement: "Partials ({{#> name}}) are not supported. Write the text here.",
  Decorator: "Decorators ({{* name}}) are not supported. Leave it out.",
  DecoratorBlock: "Inline partials and decorators ({{#* name}}) are not supported. Leave it out.",
};

class Reader {
  readonly #problems: TemplateProblem[];
  readonly #restore: (text: string) => string;
  constructor(problems: TemplateProblem[], restore: (text: string) => string) {
    this.#problems = problems;
    this.#restore = restore;
  }

  program(program: hbs.AST.Program | undefined): TemplateNode[] {
    return (program?.body ?? []).flatMap((statement) => this.#statement(statement));
  }

  #statement(statement: hbs.AST.Statement): TemplateNode[] {
    switch (statement.type) {
      case "ContentStatement": {
        const text = this.#restore((statement as hbs.AST.ContentStatement).value);
        return text === "" ? [] : [{ kind: "content", text }];
      }
      case "CommentStatement":
        return [];
      case "MustacheStatement": {
        const mustache = statement as hbs.AST.MustacheStatement;
        const value = this.#call(mustache);
        return value === null ? [] : [{ kind: "output", raw: !mustache.escaped, value, position: positionOf(mustache) }];
      }
      case "BlockStatement":
        return this.#block(statement as hbs.AST.BlockStatement);
      default:
        return this.#refuse(
          statement,
          "TemplateUnsupported",
          unsupported[statement.type] ?? `${statement.type} is not supported.`,
        );
    }
  }

  #block(block: hbs.AST.BlockStatement): TemplateNode[] {
    const path = asPath(block.path);
    const body = this.program(block.program);
    const otherwise = this.program(block.inverse);
    if ((block.openStrip as { open?: boolean }).open === undefined) {
      return this.#refuse(
        block,
        "TemplateUnsupported",
        "Raw blocks ({{{{name}}}}) are not supported. Write \\{{ for a literal {{.",
      );
    }
    if ((block.program as { blockParams?: unknown } | undefined)?.blockParams !== undefined) {
      return this.#refuse(
        block,
        "TemplateUnsupported",
        "Block parameters (as |name|) are not supported. Use this, @index and ../.",
      );
    }
    const name = path.text;
    if (!isBlockName(name)) return this.#refuse(block, ...notABlock(name));
    const value = this.#onlyParameter(block, name);
    const includeZero = this.#includeZero(block, name);
    if (value === null) return [];
    const position = positionOf(block);
    switch (name) {
      case "if":
        return [{ kind: "condition", value, includeZero, body, otherwise, position }];
      case "unless":
        return [{ kind: "condition", value, includeZero, body: otherwise, otherwise: body, position }];
      case "each":
      case "with":
        return [{ kind: name, value, body, otherwise, position }];
    }
  }

  /** `name`, `name parameter` or `(name parameter)`. */
  #call(call: Call, isSubexpression = false): Expression | null {
    const path = asPath(call.path);
    const isHelperCall = isSubexpression || call.params.length > 0 || call.hash !== undefined;
    const name = path.text;
    if (isHelperName(name)) {
      this.#refuseHash(call, name);
      const parameter = this.#onlyParameter(call, name);
      return parameter && { kind: "call", helper: name, parameter, position: positionOf(call) };
    }
    if (isBlockName(name)) {
      this.#refuse(call, "TemplateArguments", `${name} is a block: write {{#${name} …}} … {{/${name}}}.`);
      return null;
    }
    if (!isHelperCall) return path;
    this.#refuse(call, "TemplateUnknownHelper", unknownHelper(name));
    return null;
  }

  #onlyParameter(call: Call, name: string): Expression | null {
    const [parameter, ...more] = call.params;
    if (parameter !== undefined && more.length === 0) return this.#expression(parameter);
    this.#refuse(call, "TemplateArguments", `${name} takes one argument, but has ${call.params.length}.`);
    return null;
  }

  #expression(node: hbs.AST.Expression): Expression | null {
    const position = positionOf(node);
    switch (node.type) {
      case "PathExpression":
        return asPath(node);
      case "SubExpression":
        return this.#call(node as hbs.AST.SubExpression, true);
      case "StringLiteral":
      case "NumberLiteral":
      case "BooleanLiteral":
        return {
          kind: "literal",
          value: (node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral).value,
          position,
        };
      case "NullLiteral":
        return { kind: "literal", value: null, position };
      case "UndefinedLiteral":
        return { kind: "literal", value: undefined, position };
      default:
        this.#refuse(node, "TemplateUnsupported", `${node.type} is not supported here.`);
        return null;
    }
  }

  #includeZero(block: hbs.AST.BlockStatement, name: BlockName): Expression | null {
    let includeZero: Expression | null = null;
    for (const pair of block.hash?.pairs ?? []) {
      const isKnown = pair.key === "includeZero" && (name === "if" || name === "unless");
      if (!isKnown) this.#refuse(pair, "TemplateArguments", `${name} has no argument "${pair.key}".${includeZeroHint(name)}`);
      else includeZero = this.#expression(pair.value);
    }
    return includeZero;
  }

  #refuseHash(call: Call, name: HelperName): void {
    for (const pair of call.hash?.pairs ?? []) this.#refuse(pair, "TemplateArguments", `${name} has no argument "${pair.key}".`);
  }

  #refuse(node: { loc: hbs.AST.SourceLocation }, code: TemplateProblemCode, message: string): [] {
    this.#problems.push({ code, ...positionOf(node), message });
    return [];
  }
}

function positionOf({ loc }: { loc: hbs.AST.SourceLocation }): Position {
  return { line: loc.start.line, column: loc.start.column + 1 };
}

/** In the place of a name a literal is one: `{{"a b"}}` is the field "a b". */
function asPath(node: hbs.AST.Expression): PathExpression {
  const position = positionOf(node);
  if (node.type === "PathExpression") {
    const { data: isData, depth, parts, original } = node as hbs.AST.PathExpression;
    return { kind: "path", isData, depth, parts, text: original, position };
  }
  const text = `${(node as hbs.AST.Literal & { readonly original: string | number | boolean }).original}`;
  return { kind: "path", isData: false, depth: 0, parts: [text], text, position };
}

function isBlockName(name: string): name is BlockName {
  return (blockNames as readonly string[]).includes(name);
}

function isHelperName(name: string): name is HelperName {
  return (helperNames as readonly string[]).includes(name);
}

function notABlock(name: string): [TemplateProblemCode, string] {
  if (isHelperName(name)) return ["TemplateArguments", `${name} is no block: write {{${name} …}}.`];
  const meant = nearest(name, blockNames);
  const hint = meant === null ? `Write {{#if ${name}}}, {{#each ${name}}} or {{#with ${name}}}.` : `Did you mean {{#${meant}}}?`;
  return ["TemplateUnknownHelper", `There is no block "${name}". ${hint}`];
}

function unknownHelper(name: string): string {
  const meant = nearest(name, helperNames);
  const hint = meant === null ? `Allowed: ${helperNames.join(", ")}.` : `Did you mean "${meant}"?`;
  return `There is no helper "${name}". ${hint}`;
}

function includeZeroHint(name: BlockName): string {
  return name === "if" || name === "unless" ? " Allowed: includeZero." : "";
}

/** Where something stands in a template: both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A template as it is evaluated and checked: what is left of Handlebars' tree when everything that is not supported has been refused. */
export type TemplateNode = ContentNode | OutputNode | ConditionNode | EachNode | WithNode;

export interface ContentNode {
  readonly kind: "content";
  readonly text: string;
}

/** `{{x}}`, or `{{{x}}}` where `raw`. */
export interface OutputNode {
  readonly kind: "output";
  readonly raw: boolean;
  readonly value: Expression;
  readonly position: Position;
}

/** `{{#if}}`, and `{{#unless}}` with its branches exchanged. */
export interface ConditionNode {
  readonly kind: "condition";
  readonly value: Expression;
  readonly includeZero: Expression | null;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
  readonly position: Position;
}
export interface EachNode {
  readonly kind: "each";
  readonly value: Expression;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
  readonly position: Position;
}
export interface WithNode {
  readonly kind: "with";
  readonly value: Expression;
  readonly body: readonly TemplateNode[];
  readonly otherwise: readonly TemplateNode[];
  readonly position: Position;
}

export type Expression = LiteralExpression | PathExpression | CallExpression;

export interface LiteralExpression {
  readonly kind: "literal";
  readonly value: string | number | boolean | null | undefined;
  readonly position: Position;
}

/** `a.b`, `this`, `../a`; `@index` where `isData`. No parts: the context itself. */
export interface PathExpression {
  readonly kind: "path";
  readonly isData: boolean;
  /** How many `../`. */
  readonly depth: number;
  readonly parts: readonly string[];
  /** As it was written. */
  readonly text: string;
  readonly position: Position;
}

export interface CallExpression {
  readonly kind: "call";
  readonly helper: HelperName;
  readonly parameter: Expression;
  readonly position: Position;
}

/** What may be called in an expression; `if`, `unless`, `each` and `with` are blocks. */
export const helperNames = ["json", "md", "short", "date"] as const;
export type HelperName = (typeof helperNames)[number];
export const blockNames = ["if", "unless", "each", "with"] as const;
export type BlockName = (typeof blockNames)[number];

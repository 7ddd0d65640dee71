import type { Position } from "./syntax.ts";

/** Stable; the texts are for people. */
export type TemplateProblemCode =
  | "TemplateSyntax"
  | "TemplateTooLarge"
  | "TemplateUnsupported"
  | "TemplateUnknownField"
  | "TemplateUnknownHelper"
  | "TemplateArguments"
  | "TemplateType"
  | "TemplateJson"
  | "TemplateBudget";

/** What is wrong with a template, where, and the remedy. Line and column count from 1. */
export interface TemplateProblem extends Position {
  readonly code: TemplateProblemCode;
  readonly message: string;
}

/** A template that cannot be rendered. The message starts with line and column. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super(`line ${problem.line}, column ${problem.column}: ${problem.message}`);
    this.problem = problem;
  }
}

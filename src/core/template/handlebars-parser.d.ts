/// <reference types="handlebars" />

/**
 * Handlebars' own parser, without its compiler: this module of the package loads the grammar and the white space rules only, and works in a
 * process that refuses to generate code from strings. The package has types for the tree (`hbs.AST`) but none for this path.
 */
declare module "handlebars/dist/cjs/handlebars/compiler/base.js" {
  /** The tree before white space control. Throws an Error whose message starts with "Parse error on line N" or ends with " - LINE:COLUMN". */
  export function parseWithoutProcessing(source: string): hbs.AST.Program;
  /** Given a tree, applies white space control to it (in place). */
  export function parse(source: hbs.AST.Program): hbs.AST.Program;
  export const parser: { lexer?: { yylloc?: { first_line: number; first_column: number } } };
}

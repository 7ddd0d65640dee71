import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { limits } from "../limits.ts";
import { checkTemplate } from "./check-template.ts";
import type { Escaping } from "./escaping.ts";
import { renderTemplate } from "./evaluate.ts";
import { compileTemplate } from "./parse-template.ts";
import { TemplateError } from "./template-problem.ts";

/** On a busy machine; the budgets keep it below some 50 ms. */
const renderMsMax = 2_000;

/** Renders hostile data by a hostile template: text within its budget or a TemplateError, soon, and nothing else happens. */
function survives(source: string, context: object, escaping: Escaping): "text" | "error" {
  const prototypes = prototypeNames();
  const before = performance.now();
  try {
    const text = renderTemplate(compileTemplate(source), { context, escaping });
    expect(text.length).toBeLessThanOrEqual(limits.templateOutputMax);
    if (escaping === "json") JSON.parse(text);
    return "text";
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return "error";
  } finally {
    expect(performance.now() - before).toBeLessThan(renderMsMax);
    expect(prototypeNames()).toEqual(prototypes);
  }
}

function prototypeNames(): readonly string[] {
  return [Object.prototype, Array.prototype, String.prototype, Function.prototype].flatMap((it) =>
    Object.getOwnPropertyNames(it),
  );
}

function unreachable(): never {
  throw new Error("code of the data's ran");
}

// -- Data: names of prototypes, getters, methods, things nested in themselves, long texts.

const names = fc.constantFrom(
  "a",
  "b",
  "list",
  "constructor",
  "__proto__",
  "prototype",
  "toString",
  "valueOf",
  "toJSON",
  "length",
  "0",
);
const { value: hostileValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom("{{a}}", '"}', "\\", "\r\nx: y", "..", "\ud800", "</script>", "@everyone"),
      fc.constantFrom<unknown>(0, -0, NaN, Infinity, 1e300, true, false, null, undefined, 10n, Symbol.iterator, unreachable),
      fc.constant("x".repeat(1_000_000)),
      fc.constant(0).map(() => nested(100_000)),
      fc.constant(0).map(() => cyclic()),
      fc.constant(0).map(() => withGetters()),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie("value")), { maxLength: 4 }).map((entries) => objectOf(entries)),
  ),
}));
const hostileData = fc.array(fc.tuple(names, hostileValue), { maxLength: 6 }).map((entries) => objectOf(entries));

/** With `__proto__` as a name of its own, as JSON.parse makes it. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of entries) {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return made;
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

function cyclic(): unknown {
  const value: unknown[] = [1];
  value.push({ value });
  return value;
}

function withGetters(): unknown {
  return Object.defineProperties(
    { toJSON: unreachable, toString: unreachable, valueOf: unreachable, [Symbol.toPrimitive]: unreachable },
    { a: { get: unreachable, enumerable: true }, length: { get: unreachable, enumerable: true } },
  );
}

// -- Templates of the supported language, over those names.

const path = fc.oneof(
  fc.array(names, { minLength: 1, maxLength: 3 }).map((it) => it.map((name) => `[${name}]`).join(".")),
  fc.constantFrom("this", ".", "../this", "@root", "@root.list", "@index", "@key", "@../index", "../../a"),
);
const { node } = fc.letrec<{ node: string; expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    path,
    fc.tuple(fc.constantFrom("json", "md", "short", "date"), tie("expression")).map(([helper, it]) => `(${helper} ${it})`),
  ),
  node: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      fc.constantFrom("x", '"', ":", ",", "{", "}", "[", "]", "\n"),
      path.map((it) => `{{${it}}}`),
      path.map((it) => `{{{${it}}}}`),
    ),
    tie("expression").map((it) => (it.startsWith("(") ? `{{${it.slice(1, -1)}}}` : `{{${it}}}`)),
    fc
      .tuple(fc.constantFrom("each", "each", "with", "if", "unless"), tie("expression"), fc.array(tie("node"), { maxLength: 3 }))
      .map(([block, it, body]) => `{{#${block} ${it}}}${body.join("")}{{else}}-{{/${block}}}`),
  ),
}));
/** Pieces of Handlebars in any order, and letters that no template should have: no language at all. */
const noTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "{{",
        "}}",
        "{{{",
        "}}}",
        "{{#",
        "{{/",
        "{{^",
        "{{else",
        "{{!--",
        "--}}",
        "{{!",
        "{{{{",
        "}}}}",
        "{{>",
        "{{#>",
        "{{*",
        "{{&",
        "~",
      ),
      fc.constantFrom(
        "if",
        "each",
        "with",
        " as |x y|",
        "../",
        "@root",
        "this",
        ".",
        "[",
        "]",
        "(",
        ")",
        "=",
        "'",
        '"',
        "\\",
        " ",
        "\n",
        "\r",
      ),
      names,
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 20 },
  )
  .map((it) => it.join(""));
const hostileTemplate = fc.array(node, { maxLength: 6 }).map((it) => it.join(""));
const escapings = fc.constantFrom<Escaping>("text", "json", "html", "url", "markdown");

describe("hostile templates over hostile data (design §4)", () => {
  test("end as text within the budget or as an error with a place, run no code, and change nothing", () => {
    const seen = { text: 0, error: 0 };
    fc.assert(
      fc.property(hostileTemplate, hostileData, escapings, (source, data, escaping) => {
        seen[survives(source, data, escaping)] += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(seen.text, seen.error)).toBeGreaterThan(100);
  }, 60_000);

  test.each<[string, string, object]>([
    ["each over each over each, without an end", `${"{{#each @root.l}}".repeat(49)}x${"{{/each}}".repeat(49)}`, { l: [1, 2, 3] }],
    [
      "each over itself",
      "{{#each l}}{{#each @root.l}}{{#each @root.l}}{{json @root}}{{/each}}{{/each}}{{/each}}",
      { l: Array.from({ length: 1_000 }, () => "x".repeat(100)) },
    ],
    [
      "1 MB, a thousand times",
      "{{#each l}}{{json @root.s}}{{/each}}",
      { s: "\u0000".repeat(1_000_000), l: Array.from({ length: 1_000 }) },
    ],
    ["1 MB of Markdown in Markdown", `{{md ${"(md ".repeat(44)}s${")".repeat(44)}}}`, { s: "*[]()`@".repeat(150_000) }],
    ["lists nested 100,000 deep, as text", "{{x}}", { x: nested(100_000) }],
    ["lists nested 100,000 deep, as JSON", "{{json x}}", { x: nested(100_000) }],
    ["a list in itself", "{{json x}}{{x}}", { x: cyclic() }],
    ["a path as long as a template", `{{${Array.from({ length: 8_000 }, () => "a").join(".")}}}`, { a: null }],
    ["10,000 comments", "{{! }}".repeat(5_000), {}],
    ["a whole template of ../", `{{${"../".repeat(10_000)}a}}`, { a: 1 }],
  ])("%s", (_, source, data) => {
    for (const escaping of ["text", "json", "html", "url"] as const) survives(source, data, escaping);
  });

  test("data nested as deep as allowed is printed; deeper is an error that says so", () => {
    const allowed = { x: nested(limits.templateDataDepthMax - 1) };
    expect(survives("{{json x}}{{x}}", allowed, "text")).toBe("text");
    expect(() => renderTemplate(compileTemplate("{{json x}}"), { context: { x: nested(1_000) }, escaping: "text" })).toThrow(
      "The data is nested more than 100 deep.",
    );
  });

  test("what is no template at all is an error with a place, and never one of the parser's or of JavaScript's", () => {
    const seen = { text: 0, error: 0 };
    fc.assert(
      fc.property(noTemplate, escapings, (source, escaping) => {
        seen[survives(source, { a: 1, list: [1, 2] }, escaping)] += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(seen.error).toBeGreaterThan(500);
  });

  test("check ends soon with problems that have a place, whatever the template", () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileTemplate, noTemplate),
        fc.constantFrom("text/plain", "application/json", "application/x-www-form-urlencoded"),
        (source, contentType) => {
          const before = performance.now();
          for (const { line, column, message } of checkTemplate(source, { contentType })) {
            expect([line > 0, column > 0, /[\r\n]/.test(message)]).toEqual([true, true, false]);
          }
          expect(performance.now() - before).toBeLessThan(renderMsMax);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

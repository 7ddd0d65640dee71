import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Escaping } from "./escaping.ts";
import { renderTemplate } from "./evaluate.ts";
import { compileTemplate } from "./parse-template.ts";
import { TemplateError } from "./template-problem.ts";

const context = {
  s: 'text with "quotes"',
  n: 3,
  yes: true,
  nothing: null,
  o: { s: "inner" },
  list: [{ s: "first", n: 1 }],
  words: ["p", "q", "r"],
};

function render(source: string, escaping: Escaping = "text", data: object = context): string {
  return renderTemplate(compileTemplate(source), { context: data, escaping });
}

function problemOf(source: string, escaping: Escaping = "text", data: object = context): string {
  try {
    render(source, escaping, data);
  } catch (error) {
    if (error instanceof TemplateError) return `${error.problem.code} ${error.message}`;
    throw error;
  }
  return "rendered";
}

describe("what Handlebars renders as nothing is an error here (design §4)", () => {
  test.each([
    ["{{missing}}", 'TemplateUnknownField line 1, column 3: There is no field "missing" here.'],
    ["\n  {{o.missing.x}}", 'TemplateUnknownField line 2, column 5: There is no field "o.missing.x" here.'],
    ["{{../s}}", 'TemplateUnknownField line 1, column 3: "../s" leads out of the context: there is no ../ here.'],
    [
      "{{@index}}",
      'TemplateUnknownField line 1, column 3: There is no "@index" here. @index, @key, @first and @last live in {{#each}}.',
    ],
    [
      "{{#each words}}{{@../index}}{{/each}}",
      'TemplateUnknownField line 1, column 18: There is no "@../index" here. @index, @key, @first and @last live in {{#each}}.',
    ],
  ])("%s", (source, problem) => {
    expect(problemOf(source)).toBe(problem);
  });
});

describe("hostile templates and data", () => {
  test.each([
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "o.constructor",
    "words.map",
    "s.at",
    "words.constructor.constructor",
  ])("the prototype name %s is an unknown field", (name) => {
    expect(problemOf(`{{${name}}}`)).toMatch(/^TemplateUnknownField/);
  });

  test("getters are not run", () => {
    const data = Object.defineProperty({}, "x", { get: () => expect.unreachable("the getter ran"), enumerable: true });
    expect(problemOf("{{x}}", "text", data)).toMatch(/^TemplateUnknownField/);
  });

  test("values with odd properties are printed, and none of them is called", () => {
    const data = { x: JSON.parse('{"toString":"a","valueOf":1,"toHTML":2,"toJSON":3,"__proto__":{"y":1}}') as unknown };
    expect(render("{{x}}{{#each x}}{{@key}},{{/each}}{{x.__proto__.y}}", "text", data)).toBe(
      "[object Object]toString,valueOf,toHTML,toJSON,__proto__,1",
    );
  });

  test("loops in loops end at the budget of steps", () => {
    const data = { l: Array.from({ length: 100 }, (_, index) => index) };
    const source = `${"{{#each @root.l}}".repeat(8)}x${"{{/each}}".repeat(8)}`;
    expect(problemOf(source, "text", data)).toMatch(/^TemplateBudget .* more than 50000 steps/);
  });

  test("text that grows ends at the budget of output", () => {
    const data = { s: "*".repeat(100_000), l: [1, 2, 3] };
    expect(problemOf("{{#each l}}{{@root.s}}{{/each}}", "text", data)).toMatch(/^TemplateBudget .* more than 262144 characters/);
    const nested = `${"(md ".repeat(40)}s${")".repeat(40)}`;
    expect(problemOf(`{{#if ${nested}}}x{{/if}}`, "text", data)).toMatch(/^TemplateBudget/);
  });

  test("1 MB of data in one field", () => {
    expect(problemOf("{{s}}", "text", { s: "x".repeat(1_000_000) })).toMatch(/^TemplateBudget/);
  });

  test("deep nesting is refused before it is walked", () => {
    for (const source of [
      `${"{{#if s}}".repeat(1_500)}${"{{/if}}".repeat(1_500)}`,
      `{{#if s}}${"{{else if s}}".repeat(2_000)}{{/if}}`,
      `{{json ${"(short ".repeat(4_000)}s${")".repeat(4_000)}}}`,
    ]) {
      expect(problemOf(source)).toMatch(/^TemplateTooLarge line 1, column \d+: .*50 deep/);
    }
    expect(problemOf("x".repeat(32_769))).toMatch(/^TemplateTooLarge/);
  });

  test("sources of the greatest size are parsed in bounded time", () => {
    for (const unit of [
      "{{",
      "{{a ",
      "\\{{",
      "{{!--",
      "{{~a~}} ",
      "{{#if a}}\n",
      '{{"',
      " \n",
      "{{a.",
      "{{../",
      "{{[a",
      "{{{{a",
    ]) {
      const before = performance.now();
      problemOf(unit.repeat(Math.floor(32_768 / unit.length)));
      expect(performance.now() - before, unit).toBeLessThan(1_000);
    }
  });

  test("whatever the source, the outcome is text or a TemplateError with a place in it", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{{{",
      "}}}",
      "#if ",
      "/if",
      "each ",
      "else",
      "s",
      "../",
      "@",
      "(",
      ")",
      '"',
      "=",
      "|",
      "\n",
      "~",
      "!--",
      "--",
      ">",
      "*",
      "^",
      "&",
      "[",
      "]",
      "constructor",
      ".",
      " ",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom<Escaping>("text", "json", "html"), (pieces, escaping) => {
        const source = pieces.join("");
        try {
          expect(typeof render(source, escaping)).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
          const { line, column } = (error as TemplateError).problem;
          const length = source.split("\n")[line - 1]?.length;
          expect(length).toBeDefined();
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((length ?? 0) + 1);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("JSON", () => {
  test.each([
    ['{"a": {{{s}}}}', "TemplateJson line 1, column 7: {{{x}}} is not allowed in JSON: write {{x}} in quotes, or {{json x}}."],
    ['{"a": "{{&s}}"}', "TemplateJson line 1, column 8: {{{x}}} is not allowed in JSON: write {{x}} in quotes, or {{json x}}."],
    ['{"a": {{s}}}', 'TemplateJson line 1, column 7: Text in JSON needs quotes: write "{{x}}" or {{json x}}.'],
    [
      '{"a": "{{json s}}"}',
      "TemplateJson line 1, column 8: json writes quotes of its own: use it without quotes around it, or leave json out.",
    ],
    ['{"a": {{n}} {{n}}}', /^TemplateJson line 1, column 1: What the template renders is not JSON: /],
    ['{"a": {{n}}} {}', /^TemplateJson line 1, column 1: What the template renders is not JSON: /],
    [String.raw`{"a": "\\{{s}}"}`, "TemplateJson line 1, column 10: A backslash stands before this {{. Remove it."],
    ['{"a": {{n}}, "b": {{yes}}, "c": "{{n}}{{md s}}", "d": {{json nothing}}, "e": {{json list}}}', "rendered"],
  ])("%s", (source, problem) => {
    expect(problemOf(source, "json")).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });

  test("no text makes a second value, a key or a second document", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", ",", ":", "\n", "1", "u", "\u2028") }), (s) => {
        expect(JSON.parse(render('{"a":"{{s}}","b":"{{md s}}"}', "json", { s }))).toEqual({
          a: s,
          b: expect.any(String) as string,
        });
      }),
    );
  });
});

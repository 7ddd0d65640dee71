import * as fc from "fast-check";
import Handlebars from "handlebars";
// @ts-expect-error -- no types; the oracle's escapeExpression is replaced here
import untypedUtils from "handlebars/dist/cjs/handlebars/utils.js";
import { afterEach, describe, expect, test } from "vitest";
import { escapeFor, type Escaping } from "./escaping.ts";
import { renderTemplate } from "./evaluate.ts";
import { callHelper } from "./helpers.ts";
import { compileTemplate } from "./parse-template.ts";
import { helperNames } from "./syntax.ts";
import { TemplateError } from "./template-problem.ts";

const context = {
  s: "a <b> \"c\" 'd' `e` = \\ \n é 😀",
  n: 3,
  zero: 0,
  yes: true,
  no: false,
  nothing: null,
  emptyText: "",
  o: { s: "inner", n: 0, deep: { s: "deep" } },
  list: [
    { s: "first", n: 1, words: ["x", "y"] },
    { s: "second", n: 2, words: [] },
  ],
  words: ["p", "q", "r"],
  none: [],
};

function render(source: string, escaping: Escaping = "text", data: object = context): string {
  return renderTemplate(compileTemplate(source), { context: data, escaping });
}

const utils = untypedUtils as { escapeExpression: (value: unknown) => string };
const originalEscape = utils.escapeExpression;
afterEach(() => {
  utils.escapeExpression = originalEscape;
});

/** Handlebars itself, with our escaping in the place of its own. */
function oracle(source: string, escaping: Escaping, data: object): string {
  const handlebars = Handlebars.create();
  for (const name of helperNames) {
    handlebars.registerHelper(name, (value: unknown) => {
      const { text, safeIn } = callHelper(name, value instanceof Handlebars.SafeString ? value.toString() : value);
      return safeIn.has(escaping) ? new Handlebars.SafeString(text) : text;
    });
  }
  utils.escapeExpression = (value) => {
    if (value === null || value === undefined) return "";
    return value instanceof Handlebars.SafeString ? value.toString() : escapeFor(escaping, "".concat(value as string));
  };
  return handlebars.compile(source)(data);
}

describe("the supported language renders as Handlebars does", () => {
  test.each([
    "{{s}} {{o.s}} {{o.deep.s}} {{this.s}} {{./s}} {{o/deep/s}} {{[s]}} {{words.[1]}} {{words.length}} {{s.length}}",
    "{{n}}{{zero}}{{yes}}{{no}}[{{nothing}}][{{emptyText}}]{{words}}{{o}}{{none}}",
    "{{nothing.deeper.still}}",
    "{{#if s}}yes{{else}}no{{/if}}{{#if zero}}yes{{else}}no{{/if}}{{#if zero includeZero=true}}yes{{else}}no{{/if}}{{#if none}}yes{{/if}}",
    "{{#unless s}}a{{else}}b{{/unless}}{{#unless zero}}c{{/unless}}{{#unless zero includeZero=true}}d{{else}}e{{/unless}}",
    "{{#if no}}a{{else if n}}b{{else}}c{{/if}}{{#if no}}a{{else each words}}{{this}}{{else}}c{{/if}}{{^if no}}z{{/if}}",
    "{{#each words}}{{@index}}{{@key}}{{@first}}{{@last}}={{this}},{{else}}none{{/each}}{{#each none}}x{{else}}none{{/each}}",
    "{{#each o}}{{@key}}:{{@index}}:{{@first}}:{{@last}};{{/each}}",
    "{{#each list}}{{s}}{{../n}}{{#each words}}{{this}}{{../s}}{{../../n}}{{@../index}}{{@root.n}}{{/each}}{{/each}}",
    "{{#with o}}{{s}}{{../s}}{{#with deep}}{{s}}{{../../n}}{{/with}}{{/with}}{{#with nothing}}x{{else}}{{n}}{{/with}}{{#with zero}}[{{this}}]{{/with}}",
    "{{#with this}}{{s}}{{/with}}{{#with .}}{{#with o}}{{../n}}{{/with}}{{/with}}",
    "{{#if nothing}}{{else}}{{this.n}}{{/if}}{{#each words}}{{#if ../nothing}}{{else}}{{this}}{{/if}}{{/each}}",
    "{{short s}} {{json o}} {{json (short s)}} {{md s}} {{date n}} {{date \"2026-11-23T12:00:00Z\"}} {{short 'a'}} {{json null}} {{json undefined}} {{json -1.5}}",
    "{{#if (short emptyText)}}a{{else}}b{{/if}}{{#if true}}{{#if 'x'}}c{{/if}}{{/if}}{{#if null}}{{else}}d{{/if}}",
    "a  {{~n~}}  b {{~#if n~}} c {{~else~}} d {{~/if~}} e {{!-- {{no}} --}}f{{! x }}\n{{! alone }}\n  {{#if n}}  \nx\n  {{/if}}  \ny",
    "{{&s}}{{{s}}}",
    String.raw`\{{n}} \\{{n}} { } }} {`,
    "",
    "plain",
  ])("%s", (source) => {
    expect(render(source)).toBe(oracle(source, "text", context));
    expect(render(source, "html")).toBe(oracle(source, "html", context));
  });

  test("null in a list, where Handlebars puts an empty object in the place of the context", () => {
    const data = { list: [null, 1], n: 1 };
    const source = "{{#each list}}[{{this}}{{#if @root.n}}{{this}}{{../n}}{{/if}}]{{/each}}";
    expect(render(source, "text", data)).toBe(oracle(source, "text", data));
  });

  test("but for two unescaped numbers at the beginning, which Handlebars adds up", () => {
    expect(oracle("{{{n}}}{{{n}}}", "text", { n: 3 })).toBe("6");
    expect(render("{{{n}}}{{{n}}}", "text", { n: 3 })).toBe("33");
  });

  test("random templates over random data", () => {
    let compared = 0;
    fc.assert(
      fc.property(program(root, 3), data, fc.constantFrom<Escaping>("text", "html"), (source, value, escaping) => {
        const expected = oracle(source, escaping, value);
        let actual: string;
        try {
          actual = render(source, escaping, value);
        } catch (error) {
          // Handlebars' levels for ../ depend on the data (two equal contexts are one); a name is then unknown, which it renders as nothing.
          if (error instanceof TemplateError && error.problem.code === "TemplateUnknownField") return;
          throw error;
        }
        compared += 1;
        expect(actual).toBe(expected);
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  test("text in quotes in a JSON body, escaped by JSON's rules", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (s) => {
        const source = '{"a": "{{s}}", "b": {{json s}}, "c": "x{{#if s}}{{s}}{{/if}}"}';
        const text = render(source, "json", { s });
        expect(text).toBe(oracle(source, "json", { s }));
        expect(JSON.parse(text)).toEqual({ a: s, b: s, c: `x${s}` });
      }),
    );
  });
});

// -- Random templates of the supported language, with names that are there.

interface Shape {
  readonly scalars: readonly string[];
  readonly objects: Readonly<Record<string, Shape>>;
  readonly lists: Readonly<Record<string, Shape>>;
}
const word: Shape = { scalars: ["this", "."], objects: {}, lists: {} };
const deep: Shape = { scalars: ["s", "this.n"], objects: {}, lists: {} };
const item: Shape = { scalars: ["s", "n", "./s"], objects: { o: deep }, lists: { words: word } };
const root: Shape = {
  scalars: ["s", "n", "z", "b", "o.s", "o.deep.n", "list.length", "this/s"],
  objects: { o: { ...deep, objects: { deep } } },
  lists: { list: item, words: word },
};

const scalar = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.constantFrom(0, "", "a|b", "<&>", -0.5));
const plain = { noNullPrototype: true } as const;
const deepData = fc.record({ s: scalar, n: scalar }, plain);
const itemData = fc.record({ s: scalar, n: scalar, o: fc.option(deepData), words: fc.array(scalar, { maxLength: 2 }) }, plain);
const data = fc.record(
  {
    s: scalar,
    n: scalar,
    z: fc.constantFrom(null, "z"),
    b: fc.boolean(),
    o: fc.option(fc.record({ s: scalar, n: scalar, deep: fc.option(deepData) }, plain)),
    words: fc.array(scalar, { maxLength: 3 }),
    list: fc.array(itemData, { maxLength: 3 }),
  },
  plain,
);

function program(shape: Shape, levels: number, outer: readonly Shape[] = []): fc.Arbitrary<string> {
  const names = shape.scalars.map((name) => name);
  for (const [index, { scalars }] of outer.entries()) {
    names.push(
      ...scalars.filter((name) => /^\w/.test(name) && !name.startsWith("this")).map((name) => "../".repeat(index + 1) + name),
    );
  }
  const path = fc.constantFrom(...names);
  const tilde = fc.constantFrom("", "", "", "~");
  const value = fc.oneof(
    { weight: 4, arbitrary: path },
    { weight: 1, arbitrary: fc.constantFrom("1", "0", "'t'", '""', "true", "false", "null", "undefined", "@root.s") },
    { weight: 1, arbitrary: path.map((it) => `(short ${it})`) },
    { weight: 1, arbitrary: path.map((it) => `(md (json ${it}))`) },
  );
  const content = fc.string({ unit: fc.constantFrom(" ", " ", "\n", "\r\n", "x", '"', "\t", "é"), maxLength: 5 });
  const output = fc
    .tuple(
      tilde,
      fc.oneof(
        path,
        fc.tuple(fc.constantFrom("json", "md", "short", "date"), value).map((it) => it.join(" ")),
      ),
      tilde,
    )
    .map(([a, it, b]) => `{{${a}${it}${b}}}`);
  // Text before it: Handlebars adds up two unescaped numbers at the very beginning.
  const raw = fc.oneof(
    path.map((it) => `.{{{${it}}}}`),
    path.map((it) => `.{{&${it}}}`),
  );
  const comment = fc.tuple(tilde, tilde).map(([a, b]) => `{{${a}!-- c --${b}}}`);
  if (levels === 0) return fc.array(fc.oneof(content, output, raw, comment), { maxLength: 4 }).map((it) => it.join(""));
  const same = program(shape, levels - 1, outer);
  const inner = (next: Shape) => program(next, levels - 1, [shape, ...outer]);
  const otherwise = fc.oneof(
    fc.constant(""),
    fc.tuple(tilde, tilde, same).map(([a, b, body]) => `{{${a}else${b}}}${body}`),
    fc.tuple(tilde, tilde, same).map(([a, b, body]) => `{{${a}^${b}}}${body}`),
    fc
      .tuple(fc.constantFrom("if", "unless"), value, same, same)
      .map(([name, it, body, rest]) => `{{else ${name} ${it}}}${body}{{else}}${rest}`),
    ...Object.entries(shape.lists).map(([name, next]) =>
      fc.tuple(inner(next), same).map(([body, rest]) => `{{else each ${name}}}{{@first}}${body}{{^}}${rest}`),
    ),
  );
  const conditions = fc
    .tuple(
      fc.constantFrom("if", "unless"),
      value,
      fc.constantFrom("", " includeZero=true", " includeZero=b0"),
      same,
      otherwise,
      tilde,
      tilde,
    )
    .map(
      ([name, it, hash, body, rest, a, b]) =>
        `{{${a}#${name} ${it}${hash.replace("b0", "false")}${b}}}${body}${rest}{{${b}/${name}${a}}}`,
    );
  const objects = Object.entries(shape.objects).map(([name, next]) =>
    fc.tuple(inner(next), otherwise, tilde).map(([body, rest, a]) => `{{#with ${name}${a}}}${body}${rest}{{/with}}`),
  );
  const lists = Object.entries(shape.lists).map(([name, next]) =>
    fc
      .tuple(inner(next), otherwise, tilde)
      .map(([body, rest, a]) => `{{#each ${name}}}{{@index}}{{@key}}{{@root.s}}{{${a}@last}}${body}${rest}{{/each}}`),
  );
  return fc
    .array(fc.oneof(content, output, raw, comment, conditions, ...objects, ...lists), { maxLength: 5 })
    .map((it) => it.join(""));
}

import { describe, expect, test } from "vitest";
import { checkTemplate } from "./check-template.ts";

function check(source: string, contentType = "text/plain"): string[] {
  return checkTemplate(source, { contentType }).map((it) => `${it.line}:${it.column} ${it.code}: ${it.message}`);
}
const json = "application/json";
const form = "application/x-www-form-urlencoded";

describe("a template that may be used has no problem", () => {
  test.each([
    ['{"text": {{json summary}}}', json],
    ['{"a": {"b": {"c": {{sequence}}}}}', json],
    ['{"text": "{{#if rollout.failure}}{{rollout.failure.message}}{{else}}ok{{/if}}", "n": {{rollout.clusters.total}}}', json],
    [
      "{{#each pullRequests}}#{{number}} {{title}} by {{../gitRepo.name}} {{@index}}{{#if @last}}.{{/if}}{{else}}none{{/each}}",
      "text/plain",
    ],
    [
      "{{#with rollout.clusters}}{{ready}}/{{total}}{{#each failedNames}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}{{/with}}",
      "text/plain",
    ],
    [
      "{{#with cluster}}{{name}}{{/with}}{{cluster.name}}{{target.name}}{{stream}} {{sequence}} {{date timestamp}} {{short commit}} {{md summary}}",
      "text/plain",
    ],
    [
      "{{pullRequests.length}} {{pullRequests.[0].title}} {{@root.summary}} {{summary.length}} {{rollout.clusters.failedNames}}",
      "text/plain",
    ],
    ["<b>{{{summary}}}</b>", "text/html"],
    ["", "text/plain"],
    ['12" pipes, {{summary}}, "{{commit}}', "text/plain"],
    ["text={{summary}}&n={{sequence}}&json={{json gitRepo}}", form],
  ])("%s", (source, contentType) => {
    expect(check(source, contentType)).toEqual([]);
  });
});

describe("each problem has its line, its column and its remedy", () => {
  test.each<[string, string, string[]]>([
    ["a={{{summary}}}", form, ["1:3 TemplateUnsupported: {{{x}}} is not allowed in a URL or a form: write {{x}}."]],
    [
      "{{gitRepo.nmae}}",
      "text/plain",
      ['1:3 TemplateUnknownField: There is no field "gitRepo.nmae". Did you mean "gitRepo.name"?'],
    ],
    ["a\n b {{comit}}", "text/plain", ['2:6 TemplateUnknownField: There is no field "comit". Did you mean "commit"?']],
    ["{{name}}", "text/plain", ['1:3 TemplateUnknownField: There is no field "name". Did you mean "gitRepo.name"?']],
    [
      "{{failedNames}}",
      "text/plain",
      ['1:3 TemplateUnknownField: There is no field "failedNames". Did you mean "rollout.clusters.failedNames"?'],
    ],
    [
      "{{#each pullRequests}}{{gitRepo.name}}{{/each}}",
      "text/plain",
      ['1:25 TemplateUnknownField: There is no field "gitRepo.name". Did you mean "@root.gitRepo.name"?'],
    ],
    [
      "{{gitRepo.zzzzzz}}",
      "text/plain",
      [
        '1:3 TemplateUnknownField: There is no field "gitRepo.zzzzzz". Allowed: gitRepo.namespace, gitRepo.name, gitRepo.uid, gitRepo.repo, gitRepo.branch, gitRepo.revision.',
      ],
    ],
    ["{{sequence.x}}", "text/plain", ['1:3 TemplateUnknownField: There is no field "sequence.x". a number has no fields.']],
    [
      "{{constructor}} {{__proto__.x}}",
      "text/plain",
      [expect.stringContaining("1:3 TemplateUnknownField"), expect.stringContaining("1:19 TemplateUnknownField")],
    ],
    [
      "{{../summary}}",
      "text/plain",
      ['1:3 TemplateUnknownField: "../summary" leads out of the context: there is no ../ here. Leave it out.'],
    ],
    [
      "{{@index}}",
      "text/plain",
      [
        '1:3 TemplateUnknownField: There is no "@index" here. Allowed in {{#each}}: @index, @key, @first, @last; everywhere: @root.',
      ],
    ],
    ["{{shrt commit}}", "text/plain", ['1:1 TemplateUnknownHelper: There is no helper "shrt". Did you mean "short"?']],
    [
      "{{lookup gitRepo 'name'}}",
      "text/plain",
      ['1:1 TemplateUnknownHelper: There is no helper "lookup". Allowed: json, md, short, date.'],
    ],
    [
      "{{short}} {{short commit 7}} {{short commit length=7}}",
      "text/plain",
      [
        "1:1 TemplateArguments: short takes one argument, but has 0.",
        "1:11 TemplateArguments: short takes one argument, but has 2.",
        '1:45 TemplateArguments: short has no argument "length".',
      ],
    ],
    ["{{#iff commit}}{{/iff}}", "text/plain", ['1:1 TemplateUnknownHelper: There is no block "iff". Did you mean {{#if}}?']],
    [
      "{{#pullRequests}}{{/pullRequests}}",
      "text/plain",
      [
        '1:1 TemplateUnknownHelper: There is no block "pullRequests". Write {{#if pullRequests}}, {{#each pullRequests}} or {{#with pullRequests}}.',
      ],
    ],
    [
      "{{#if commit incldeZero=true}}{{/if}}",
      "text/plain",
      ['1:14 TemplateArguments: if has no argument "incldeZero". Allowed: includeZero.'],
    ],
    [
      "{{if commit}}{{#json commit}}{{/json}}",
      "text/plain",
      [
        "1:1 TemplateArguments: if is a block: write {{#if …}} … {{/if}}.",
        "1:14 TemplateArguments: json is no block: write {{json …}}.",
      ],
    ],
    [
      "{{#each gitRepo}}{{/each}}",
      "text/plain",
      ['1:9 TemplateType: "gitRepo" is an object, not a list. Name its fields, or use {{#with}}.'],
    ],
    [
      "{{rollout}}",
      "text/plain",
      [
        '1:1 TemplateType: "rollout" is an object, which has no text. Name one of its fields (rollout.phase, …), or write {{json rollout}}.',
      ],
    ],
    [
      "{{short gitRepo}}",
      "text/plain",
      ['1:9 TemplateType: short takes text, but "gitRepo" is an object. Name one of its fields.'],
    ],
    [
      "{{> other}}{{#*inline 'x'}}{{/inline}}",
      "text/plain",
      [
        "1:1 TemplateUnsupported: Partials ({{> name}}) are not supported. Write the text here.",
        "1:12 TemplateUnsupported: Inline partials and decorators ({{#* name}}) are not supported. Leave it out.",
      ],
    ],
    [
      "{{{{if x}}}}{{{{/if}}}}",
      "text/plain",
      ["1:1 TemplateUnsupported: Raw blocks ({{{{name}}}}) are not supported. Write \\{{ for a literal {{."],
    ],
    [
      "{{#each pullRequests as |pr|}}{{/each}}",
      "text/plain",
      ["1:1 TemplateUnsupported: Block parameters (as |name|) are not supported. Use this, @index and ../."],
    ],
    [
      "{{#if commit}}\nx",
      "text/plain",
      [
        "2:2 TemplateSyntax: The template ends where something is still open: a {{#block}} without its {{/block}}, or a {{ without its }}.",
      ],
    ],
    ["{{#if commit}}{{/unless}}", "text/plain", ["1:4 TemplateSyntax: if doesn't match unless."]],
    ["x{{/if}}", "text/plain", ["1:2 TemplateSyntax: A {{/block}} closes what was never opened."]],
    [
      "{{a%b}}",
      "text/plain",
      ["1:3 TemplateSyntax: This character is not allowed here. Names with other characters are written [in brackets]."],
    ],
    ['{"a": {{summary}}}', json, ['1:7 TemplateJson: Text in JSON needs quotes: write "{{x}}" or {{json x}}.']],
    [
      '{"a": "{{json summary}}"}',
      json,
      ["1:8 TemplateJson: json writes quotes of its own: use it without quotes around it, or leave json out."],
    ],
    ['{"a": "{{{summary}}}"}', json, ["1:8 TemplateJson: {{{x}}} is not allowed in JSON: write {{x}} in quotes, or {{json x}}."]],
    [
      '{"a": {{#if commit}}"{{else}}1{{/if}}}',
      json,
      ["1:7 TemplateJson: The branches of this block do not open and close the same quotes. Put whole strings into each."],
    ],
    ['{"a": "}', json, ["1:1 TemplateJson: The body ends inside of a string: a quote is missing."]],
  ])("%s", (source, contentType, problems) => {
    expect(check(source, contentType)).toEqual(problems);
  });

  test("all of them are told at once, in the order of the text", () => {
    expect(check("{{a}}\n{{#if b}}{{c.d}}{{/if}}\n{{e x}}")).toHaveLength(4);
  });
});

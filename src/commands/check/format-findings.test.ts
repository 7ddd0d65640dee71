import { expect, test } from "vitest";
import { checkOutputs } from "../../verb-settings.ts";
import type { Finding } from "./check-source.ts";
import { formatFindings } from "./format-findings.ts";

const finding: Finding = {
  file: "a,b:c.yaml",
  line: 9,
  column: 3,
  code: "UnknownField",
  message: 'There is no field "urll". Did you mean "url"? 100% sure.',
};

test("text is file:line:column: message [code]", () => {
  expect(formatFindings([finding], { output: "text", notifications: 1 })).toMatchInlineSnapshot(`
    "a,b:c.yaml:9:3: There is no field "urll". Did you mean "url"? 100% sure. [UnknownField]
    "
  `);
});

test("json is one object, also where nothing was found", () => {
  expect(JSON.parse(formatFindings([finding], { output: "json", notifications: 1 }))).toEqual({
    notifications: 1,
    findings: [finding],
  });
  expect(JSON.parse(formatFindings([], { output: "json", notifications: 2 }))).toEqual({ notifications: 2, findings: [] });
});

test("github is one workflow command each, with what ends a property escaped", () => {
  expect(formatFindings([finding], { output: "github", notifications: 1 })).toMatchInlineSnapshot(`
    "::error file=a%2Cb%3Ac.yaml,line=9,col=3,title=UnknownField::There is no field "urll". Did you mean "url"? 100%25 sure.
    "
  `);
});

test.each(checkOutputs)("no name and no message smuggles a second line, command, colour or JSON value into %s", (output) => {
  const hostile = 'x\r\n::error::forged\n{"findings":[]}\u2028\u001b[31m\u202e%0A::stop-commands::x';
  const text = formatFindings([{ ...finding, file: hostile, message: hostile }], { output, notifications: 1 });
  for (const control of ["\r", "\u001b"]) expect(text).not.toContain(control);
  if (output === "json") {
    expect(JSON.parse(text)).toMatchObject({ findings: [{ file: hostile, message: hostile }] });
    return;
  }
  expect(text).not.toMatch(/[\u2028\u202e]/);
  expect(text.split("\n")).toHaveLength(2);
  if (output === "github") expect(text).not.toMatch(/%0[AD]/i);
});

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const evaluate = new URL("evaluate.ts", import.meta.url).href;
const parse = new URL("parse-template.ts", import.meta.url).href;
const check = new URL("check-template.ts", import.meta.url).href;

const script = `
  import { renderTemplate } from ${JSON.stringify(evaluate)};
  import { compileTemplate } from ${JSON.stringify(parse)};
  import { checkTemplate } from ${JSON.stringify(check)};
  let generates = true;
  try { new Function("return 1"); } catch { generates = false; }
  const source = "{{#each l}}{{short this}}{{/each}}";
  const text = renderTemplate(compileTemplate(source), { context: { l: ["abcdefgh"] }, escaping: "text" });
  process.stdout.write(JSON.stringify({ generates, text, problems: checkTemplate("{{x}}", { contentType: "text/plain" }).length }));
`;

test("templates are parsed, checked and rendered in a process that refuses to generate code from strings", () => {
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", script];
  const output = execFileSync(process.execPath, flags, { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8" });
  expect(JSON.parse(output)).toEqual({ generates: false, text: "abcdefg", problems: 1 });
});

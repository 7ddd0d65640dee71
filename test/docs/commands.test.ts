import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type Setting, verbs } from "../../src/setting.ts";
import { settingsTable } from "../../src/settings-table.ts";
import { type Block, parseDocument, readDocuments, root } from "./markdown.ts";

const run = promisify(execFile);
const documents = readDocuments();
const shell = documents.flatMap((it) => it.blocks).filter(({ info }) => info.split(" ")[0] === "sh");
const placed = shell.map((block) => ({ ...block, place: `${block.file}:${block.line}` }));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

describe("a block that says `sh test` is run", () => {
  const tested = placed.filter(({ info }) => info === "sh test");

  test("there are some", () => expect(tested.length).toBeGreaterThan(1));

  test.each(tested)("$place", async ({ text }) => {
    const path = `${join(root, "node_modules/.bin")}${delimiter}${process.env["PATH"] ?? ""}`;
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", text], {
      cwd: root,
      env: { ...process.env, PATH: path },
      timeout: 15_000,
      maxBuffer: 10_000_000,
    });
    expect(stdout).not.toBe("");
  });
});

describe("what commands name is there", () => {
  test.each(placed)("$place", (block) => {
    expect(wrongIn(block)).toEqual([]);
  });

  test("in the text as well", () => {
    const wrong = documents.flatMap(({ file, codes }) =>
      codes
        .filter(({ text }) => /^(npm |bin\/signalman |signalman [a-z]|deploy\/)/.test(text))
        .flatMap(({ line, text }) => {
          return wrongIn({ file, line, info: "sh", text }).map((it) => `${file}:${line}: ${it}`);
        }),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    ["npm run dmo", ['package.json has no script "dmo"']],
    ["bin/signalman chek x.yaml", ['there is no verb "chek"']],
    ["bin/signalman replay f --comits x", ["replay has no flag --comits"]],
    ["kubectl apply -k deply/", ["there is no deply/"]],
    ["npm ci && npm run demo -- --twice", ["demo has no flag --twice"]],
  ])("%s would be found", (text, wrong) => {
    const [block] = parseDocument("x.md", `\`\`\`sh\n${text}\n\`\`\``).blocks;
    expect(block && wrongIn(block)).toEqual(wrong);
  });
});

/** What a block calls that does not exist: npm scripts, verbs and their flags, files that it names by a path of the repository. */
function wrongIn({ text }: Block): string[] {
  const commands = text.replaceAll("\\\n", " ").split(/\n|&&|\||;/);
  return commands.flatMap((command) => {
    const words = command.trim().split(/\s+/);
    return [...wrongScript(words), ...wrongVerb(words), ...wrongPath(words)];
  });
}

function wrongScript(words: readonly string[]): string[] {
  const [program, verb, ...rest] = words;
  if (program !== "npm") return [];
  const script = verb === "run" ? rest.find((it) => !it.startsWith("-")) : verb === "test" ? "test" : undefined;
  return script === undefined || Object.hasOwn(scripts, script) ? [] : [`package.json has no script "${script}"`];
}

function wrongVerb(words: readonly string[]): string[] {
  const start = words.findIndex((it) => ["bin/signalman", "signalman", "demo"].includes(it));
  const isCalled = start === 0 || (words[0] === "npm" && start > 0);
  if (!isCalled) return [];
  const [program, ...rest] = words.slice(start).filter((it) => it !== "--");
  const [name = "", ...args] = program === "demo" ? ["demo", ...rest] : rest;
  if (name === "--help" || name === "VERB") return [];
  const verb = verbs.find((it) => it === name);
  if (verb === undefined) return [`there is no verb "${name}"`];
  const usable = Object.values<Setting>(settingsTable).filter((it) => it.usedBy.includes(verb));
  const known = new Set([...usable.map((it) => it.flag), "help"]);
  const flags = args.filter((it) => it.startsWith("--")).map((it) => it.slice(2).split("=")[0] ?? "");
  return flags.filter((it) => !known.has(it)).map((it) => `${verb} has no flag --${it}`);
}

/** What is applied from a file must be there; `-` is what follows. */
function wrongPath(words: readonly string[]): string[] {
  const [program, verb] = words;
  const isApplied = program === "kubectl" && verb === "apply";
  return words
    .filter(
      (it, index) =>
        /^(deploy|test|src|docs|simulator)\//.test(it) || (isApplied && ["-k", "-f"].includes(words[index - 1] ?? "")),
    )
    .filter((it) => it !== "-" && !it.includes("*") && !existsSync(join(root, it)))
    .map((it) => `there is no ${it}`);
}

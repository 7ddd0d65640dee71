import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-lint-"));
  for (const entry of ["node_modules", "lint", ".oxlintrc.json"]) await symlink(join(root, entry), join(folder, entry));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Lints one file as if it stood in the repository; returns what is printed. */
async function lint(path: string, source: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
  return await new Promise((done) => {
    execFile(join(root, "node_modules/.bin/oxlint"), ["--format=unix", path], { cwd: folder }, (_, stdout) => done(stdout));
  });
}

describe("lint holds the core pure, and says the remedy", () => {
  test.each([
    ["await", "export const f = async (p: PromiseLike<void>) => { await p; };", "return an effect"],
    ["a clock", "export const now = () => Date.now();", "take `now`"],
    ["a new Date()", "export const now = () => new Date();", "take `now`"],
    ["randomness", "export const r = () => Math.random();", "hash of the input"],
    ["a timer", "export const t = () => setTimeout(() => {}, 1);", "wakeAt"],
    ["the network", 'export const t = () => fetch("http://x");', "http/client"],
    ["a file", 'import fs from "node:fs";\nexport const x = fs;', "an edge"],
    ["a log", 'export const t = () => console.log("x");', "decision with its reason"],
    ["the environment", "export const t = () => process.env;", "settings.ts"],
  ])("no %s under src/core", async (_, source, remedy) => {
    expect(await lint("src/core/delivery/sample.ts", source)).toContain(remedy);
  });

  test("the same is allowed at an edge", async () => {
    expect(await lint("src/engine/sample.ts", "export const now = () => Date.now();")).not.toContain("core is values");
  });

  test.each([
    [
      "src/core/fleet/sample.ts",
      'import { step } from "../delivery/step.ts";\nexport const x = step;',
      "core/fleet may not know core/delivery",
    ],
    [
      "src/core/message/sample.ts",
      'import { x } from "../../engine/engine.ts";\nexport const y = x;',
      "core/ imports nothing from engine/",
    ],
    ["src/engine/sample.ts", 'import { x } from "../commands/run.ts";\nexport const y = x;', "nothing imports commands/"],
    ["src/engine/sample.ts", 'import { x } from "../../simulator/world/git.ts";\nexport const y = x;', "import simulator/"],
  ])("rooms: %s", async (path, source, reason) => {
    expect(await lint(path, source)).toContain(reason);
  });

  test("functions have at most 70 lines and 3 parameters, files at most 300", async () => {
    const long = `export function f() {\n${"  g();\n".repeat(71)}}\nfunction g() {}\n`;
    expect(await lint("src/engine/sample.ts", long)).toContain("max-lines-per-function");
    expect(await lint("src/engine/sample.ts", "export const f = (a: 1, b: 2, c: 3, d: 4) => [a, b, c, d];")).toContain(
      "max-params",
    );
    expect(await lint("src/engine/sample.ts", "// x\n".repeat(301))).toContain("max-lines");
  });
});

import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedFiles } from "../../scripts/generate/generated-files.ts";

const root = join(import.meta.dirname, "../..");

test.each([...generatedFiles()])("%s is what npm run generate writes", async (path, text) => {
  expect(await readFile(join(root, path), "utf8")).toBe(text);
});

test("npm run generate -- --check finds nothing stale", () => {
  const script = join(root, "scripts/generate.ts");
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toBe("");
});

test("deploy/crds has no other files", async () => {
  const files = (await readdir(join(root, "deploy/crds"))).map((it) => `deploy/crds/${it}`);
  expect(files.sort()).toEqual([...generatedFiles().keys()].filter((it) => it.startsWith("deploy/")).sort());
});

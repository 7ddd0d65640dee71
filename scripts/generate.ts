import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generatedFiles } from "./generate/generated-files.ts";

/** `npm run generate` writes what is made from the schemas; with `-- --check` it only says what is stale, and exits with 1 where anything is. */

const root = join(import.meta.dirname, "..");
const isCheck = process.argv.includes("--check");
let stale = 0;

for (const [path, text] of generatedFiles()) {
  const file = join(root, path);
  const before = await readFile(file, "utf8").catch(() => null);
  if (before === text) continue;
  stale += 1;
  if (isCheck) {
    console.error(`${path} is stale: run npm run generate`);
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`${path} written`);
}
process.exitCode = isCheck && stale > 0 ? 1 : 0;

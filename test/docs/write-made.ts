/** Writes the made parts of the documents (made.ts) anew: `node test/docs/write-made.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { remade } from "./made.ts";
import { readDocuments, root } from "./markdown.ts";

for (const { file } of readDocuments()) {
  const before = readFileSync(join(root, file), "utf8");
  const after = await remade(before);
  if (after === before) continue;
  writeFileSync(join(root, file), after);
  console.log(`wrote ${file}`);
}

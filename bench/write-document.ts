import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { cellsOf, type Report } from "./table.ts";

/**
 * Puts what runs have written into docs/performance.md, between its marks:
 *
 *   node bench/write-document.ts REPORT.json…
 */
const file = resolve(import.meta.dirname, "../docs/performance.md");
const marks = /<!-- bench -->\n[\s\S]*<!-- \/bench -->/;
const barWidth = 40;

const reports = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")) as Report);
const document = readFileSync(file, "utf8");
if (reports.length === 0 || !marks.test(document))
  throw new Error(`name the reports; ${file} must have <!-- bench --> … <!-- /bench -->`);
const text = reports.flatMap(sectionsOf).join("\n\n");
writeFileSync(
  file,
  document.replace(marks, () => `<!-- bench -->\n\n${text}\n\n<!-- /bench -->`),
);

function sectionsOf({ machine, results }: Report): readonly string[] {
  return results.map(({ title, result }) => {
    const { setting, measures, curve } = result;
    const rows = measures.map((measure) => `| ${cellsOf(measure).join(" | ")} |`);
    const table = ["| | measured | floor | aim |", "|---|--:|--:|---|", ...rows].join("\n");
    const where = `${setting}. Node ${machine.node}, ${machine.cores} cores (${machine.processor}), load ${machine.load}.`;
    return [`### ${title}`, where, table, ...(curve === undefined ? [] : [plot(curve)])].join("\n\n");
  });
}

/** RSS over the number of BundleDeployments, as bars. */
function plot({ bundleDeployments = [], rssMb = [] }: Readonly<Record<string, readonly number[]>>): string {
  const most = Math.max(...rssMb);
  const lines = bundleDeployments.map((count, index) => {
    const value = rssMb[index] ?? 0;
    const bar = "█".repeat(Math.round((value / most) * barWidth));
    return `${count.toLocaleString("en-US").padStart(7)}  ${bar} ${value.toFixed(0)} MB`;
  });
  return `\`\`\`text\n${lines.join("\n")}\n\`\`\``;
}

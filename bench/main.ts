import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { hasRealServer } from "./api-server.ts";
import type { Figure, FigureResult } from "./figure.ts";
import { burst } from "./figures/burst.ts";
import { latency } from "./figures/latency.ts";
import { growth } from "./figures/growth.ts";
import { scale } from "./figures/scale.ts";
import { simulate } from "./figures/simulate.ts";
import { slowReceivers } from "./figures/receivers.ts";
import { start } from "./figures/start.ts";
import { describeMachine } from "./machine.ts";
import { renderTable } from "./table.ts";

/**
 * `npm run bench`: measures the figures of the design, each beside its floor, and prints one table.
 *
 *   --only latency,burst   these alone
 *   --json FILE            the same as JSON
 *   --quick                tiny sizes, some seconds in all: shows that the bench still runs
 *   --simulated            on the simulated API server, though a real one is there
 */
const figures: readonly Figure[] = [latency, burst, slowReceivers, scale, growth, start, simulate];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    json: { type: "string" },
    quick: { type: "boolean", default: false },
    simulated: { type: "boolean", default: false },
  },
});
const chosen = values.only === "" ? figures : values.only.split(",").map(figureNamed);
const server: "real" | "simulated" = hasRealServer() && !values.simulated && !values.quick ? "real" : "simulated";
const results: { name: string; title: string; result: FigureResult }[] = [];
for (const { name, title, run } of chosen) {
  process.stderr.write(`${name} …\n`);
  results.push({ name, title, result: await run({ isQuick: values.quick, server }) });
}
const report = { machine: describeMachine(), server, isQuick: values.quick, results };
process.stdout.write(renderTable(report));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);

function figureNamed(name: string): Figure {
  const figure = figures.find((it) => it.name === name);
  if (figure !== undefined) return figure;
  console.error(
    `--only ${JSON.stringify(name)}: there is no such figure; allowed are ${figures.map((it) => it.name).join(", ")}.`,
  );
  process.exit(2);
}

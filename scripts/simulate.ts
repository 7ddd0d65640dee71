import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { check } from "../simulator/checkers/index.ts";
import type { Violation } from "../simulator/checkers/violation.ts";
import { play, storyOf } from "../simulator/simulation/play.ts";
import { sabotages } from "../simulator/simulation/sabotages.ts";
import { noSeams, type Seams } from "../simulator/simulation/seams.ts";
import { shrink } from "../simulator/simulation/shrink.ts";
import { storyLine } from "../simulator/simulation/story-line.ts";
import { simulateOptions } from "./simulate/simulate-options.ts";

/**
 * `npm run simulate -- --runs N --seed S`: plays N random worlds, with the seeds S, S+1, … and ends with one line (`--help` tells the options). Exit 1
 * where a promise was broken, or no world showed a sabotage; 2 where the call is wrong.
 */
const call = simulateOptions(process.argv.slice(2), (Date.now() % 1_000_000_000) + 1);
if (call.kind !== "options") {
  (call.kind === "help" ? process.stdout : process.stderr).write(call.text);
  process.exit(call.kind === "help" ? 0 : 2);
}
const { seed, runs, failuresMax, jobs, sabotage, isTraced } = call.options;

/** Seeds `from`, `from + step`, … below `end`: the share of one thread. */
interface Share {
  readonly from: number;
  readonly end: number;
  readonly step: number;
}

/** What came of some worlds. */
interface Sum {
  worlds: number;
  messages: number;
  faults: number;
  violations: number;
  broken: number;
}

if (isMainThread) process.exitCode = sabotage === "" ? await simulate() : await sabotaged(sabotage);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins
else parentPort?.postMessage(await playShare(workerData as Share));

async function simulate(): Promise<number> {
  const begunMs = performance.now();
  const end = seed + runs;
  console.log(`seeds ${seed} to ${end - 1}`);
  const shares = Array.from({ length: jobs }, (_, job): Share => ({ from: seed + job, end, step: jobs }));
  const sums = await Promise.all(shares.map(async (share) => await (jobs === 1 ? playShare(share) : playInThread(share))));
  const total = (field: keyof Sum) => sums.reduce((all, sum) => all + sum[field], 0);
  const perSecond = (total("worlds") / (performance.now() - begunMs)) * 1_000;
  console.log(
    `${total("worlds")} worlds, ${total("messages")} messages, ${total("faults")} faults injected, ${total("violations")} violations, ${perSecond.toFixed(1)} worlds/s`,
  );
  return total("violations") === 0 ? 0 : 1;
}

/** Rejects with what the thread threw. */
async function playInThread(share: Share): Promise<Sum> {
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: share });
  const [sum] = (await once(worker, "message")) as [Sum];
  return sum;
}

async function playShare({ from, end, step }: Share): Promise<Sum> {
  const seams = noSeams;
  const sum: Sum = { worlds: 0, messages: 0, faults: 0, violations: 0, broken: 0 };
  for (let each = from; each < end && sum.broken < failuresMax; each += step) {
    const world = await play({
      seed: each,
      seams,
      onWorld: ({ ledger }) => {
        if (isTraced) ledger.onEntry = (entry) => tell(storyLine(entry));
      },
    });
    const violations = check(world);
    sum.worlds += 1;
    sum.messages += ["hook", "status", "comment"].reduce((all, kind) => all + world.ledger.of(kind as "hook").length, 0);
    sum.faults += world.faults.injected + world.deaths + world.objects.cuts;
    sum.violations += violations.length;
    const [first] = violations;
    if (first === undefined) continue;
    sum.broken += 1;
    await explain({ seed: each, seams, violations, first });
  }
  return sum;
}

async function sabotaged(name: string): Promise<number> {
  if (name === "list") {
    for (const [known, { breaks }] of Object.entries(sabotages)) console.log(`${known.padEnd(26)} ${breaks}`);
    return 0;
  }
  const names = name === "all" ? Object.keys(sabotages) : [name];
  let missed = 0;
  for (const each of names) missed += (await findSabotage(each)) ? 0 : 1;
  console.log(`${names.length - missed} of ${names.length} sabotages found`);
  return missed === 0 ? 0 : 1;
}

/** Plays worlds until one shows the sabotage. */
async function findSabotage(name: string): Promise<boolean> {
  const known = sabotages[name];
  if (known === undefined) {
    console.error(`--sabotage ${JSON.stringify(name)}: there is none of that name. "list" tells which there are.`);
    process.exit(2);
  }
  for (let index = 0; index < runs; index += 1) {
    const [first] = check(await play({ seed: seed + index, seams: known.seams }));
    // A world that is broken anyway shows nothing.
    if (first === undefined || check(await play({ seed: seed + index })).length > 0) continue;
    console.log(`${name.padEnd(26)} world ${String(index + 1).padStart(5)}  ${first.promise}`);
    return true;
  }
  console.log(`${name.padEnd(26)} NOT FOUND in ${runs} worlds: ${known.breaks}`);
  return false;
}

/** What was broken, the seed, and the shortest story in which it still is. */
async function explain(failure: {
  seed: number;
  seams: Seams;
  violations: readonly Violation[];
  first: Violation;
}): Promise<void> {
  const { violations, first, seams } = failure;
  console.log(
    `\nseed ${failure.seed}: ${violations.length} violations. Replay it with: npm run simulate -- --seed ${failure.seed} --trace`,
  );
  for (const { promise, text } of violations.slice(0, 10)) tell(`  ${promise}: ${text}`);
  if (isTraced) return;
  const kept = await shrink({ seed: failure.seed, seams, promise: first.promise });
  console.log(`Needs ${kept.size} of ${storyOf(failure.seed).length} acts:`);
  await play({
    seed: failure.seed,
    seams,
    keeps: (index) => kept.has(index),
    onWorld: ({ ledger }) => {
      ledger.onEntry = (entry) => tell(entry.kind === "save" ? null : storyLine(entry));
    },
  });
}

function tell(line: string | null): void {
  if (line !== null) console.log(line);
}

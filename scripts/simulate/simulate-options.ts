import { parseArgs } from "node:util";

export interface SimulateOptions {
  /** Of the first world. */
  readonly seed: number;
  /** Worlds; for a sabotage, the most that are played before it counts as not found. */
  readonly runs: number;
  /** Broken worlds after which a thread stops. */
  readonly failuresMax: number;
  /** Threads; never more than worlds. */
  readonly jobs: number;
  /** Its name, "list" or "all"; "" for none. */
  readonly sabotage: string;
  readonly isTraced: boolean;
}

export type SimulateCall =
  | { readonly kind: "options"; readonly options: SimulateOptions }
  | { readonly kind: "help" | "refused"; readonly text: string };

const usage = `Usage: npm run simulate -- [OPTIONS]

Plays random worlds and says whether a promise was broken in one.

  --runs N          so many worlds (default 100)
  --seed S          of the first one; the next have S+1, S+2, … (default: another one each time)
  --jobs J          divided among J threads (default 1)
  --failures F      a thread stops after F broken worlds (default 3)
  --trace           plays the world of --seed alone and tells everything that happens in it
  --sabotage NAME   breaks a rule of the product and looks for the first world that shows it; "list" names them, "all" tries each
  --help            says this
`;

/** What the arguments of `npm run simulate` ask for. `freshSeed`: where none is named. */
export function simulateOptions(args: readonly string[], freshSeed: number): SimulateCall {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: "string", default: "100" },
        seed: { type: "string", default: String(freshSeed) },
        sabotage: { type: "string", default: "" },
        trace: { type: "boolean", default: false },
        failures: { type: "string", default: "3" },
        jobs: { type: "string", default: "1" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help", text: usage };
    const runs = values.trace ? 1 : numberOf("runs", values.runs);
    const options: SimulateOptions = {
      seed: numberOf("seed", values.seed),
      runs,
      failuresMax: numberOf("failures", values.failures),
      jobs: Math.min(numberOf("jobs", values.jobs), runs),
      sabotage: values.sabotage,
      isTraced: values.trace,
    };
    return { kind: "options", options };
  } catch (error) {
    return { kind: "refused", text: `${(error as Error).message}\n\n${usage}` };
  }
}

/** Throws a RangeError where it is not a whole number from 1 on. */
function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} ${JSON.stringify(text)}: not a number; allowed are whole numbers from 1 on.`);
}

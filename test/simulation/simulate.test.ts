import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { simulateOptions } from "../../scripts/simulate/simulate-options.ts";

const script = new URL("../../scripts/simulate.ts", import.meta.url).pathname;

/** What `npm run simulate` says at last, without the pace. */
async function summary(...options: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--runs", "6", "--seed", "1", ...options]);
  return (stdout.trim().split("\n").at(-1) ?? "").replace(/, [\d.]+ worlds\/s$/, "");
}

test("the same worlds, divided among threads or not, come to the same", async () => {
  const [alone, divided] = await Promise.all([summary(), summary("--jobs", "2")]);
  expect(alone).toMatch(/^6 worlds, \d+ messages, \d+ faults injected, 0 violations$/);
  expect(divided).toBe(alone);
});

test("a number that is none is refused", async () => {
  await expect(summary("--jobs", "0")).rejects.toThrow('--jobs "0": not a number; allowed are whole numbers from 1 on.');
});

test("an option that there is not is refused with those that there are", () => {
  const call = simulateOptions(["--run", "5"], 1);
  expect(call).toMatchObject({ kind: "refused", text: expect.stringMatching(/'--run'[^]*Usage: npm run simulate/) as string });
});

test("--help tells the options, whatever else is asked for", () => {
  const call = simulateOptions(["--help", "--jobs", "0"], 1);
  expect(call).toMatchObject({ kind: "help", text: expect.stringContaining("--sabotage NAME") as string });
});

test("a world that is traced is one", () => {
  const call = simulateOptions(["--trace", "--seed", "7", "--runs", "50", "--jobs", "4"], 1);
  expect(call).toMatchObject({ kind: "options", options: { seed: 7, runs: 1, jobs: 1, isTraced: true } });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

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

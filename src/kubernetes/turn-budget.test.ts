import { expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { TurnBudget } from "./turn-budget.ts";

/** Resolves to whether the event loop came round before `work` was done. */
async function cameRound(work: () => Promise<void>): Promise<boolean> {
  let isRound = false;
  const immediate = setImmediate(() => (isRound = true));
  await work();
  clearImmediate(immediate);
  return isRound;
}

test("the event loop comes round once the budget is spent, and not before", async () => {
  const turn = new TurnBudget();
  expect(await cameRound(() => turn.spend())).toBe(false);
  const began = performance.now();
  while (performance.now() - began < limits.turnMs);
  expect(await cameRound(() => turn.spend())).toBe(true);
  expect(await cameRound(() => turn.spend())).toBe(false);
});

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Recording } from "../../src/commands/replay/recording.ts";
import type { Product } from "./product.ts";
import { expected, readTestRecording, Stage } from "./stage.ts";
import { until } from "./until.ts";

const speed = 2;
const kills = 10;
const names = ["0.16.1-04-job-fails-then-fix", "0.16.1-07-revision-older-then-back", "0.16.1-09-two-quick-commits"];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(async () => stage?.stop());

/** Kills the product at moments that nothing in it could foresee, and starts it again, until the play is over. */
async function haunt(isOver: () => boolean): Promise<Product> {
  let product = stage.startProduct();
  for (let killed = 0; killed < kills && !isOver(); killed += 1) {
    // 0.7 to 4 s, the same in every run: in the middle of starting, of reading the cluster, of sending.
    await delay(700 + ((killed * 1_237) % 3_300));
    await product.kill();
    product = stage.startProduct();
  }
  return product;
}

describe(`killed with SIGKILL ${kills} times on the way`, () => {
  test("GitHub and the receiver end up with what replay said, in order, and nothing stands there twice", async () => {
    const played = await Promise.all(names.map(readTestRecording));
    let isOver = false;
    const haunted = haunt(() => isOver);
    await Promise.all(
      played.map(async ({ recording, file }) => {
        const history = await stage.prepare(recording, speed);
        await stage.play(recording, { file, history, speed });
      }),
    );
    isOver = true;
    const product = await haunted;
    for (const { recording } of played) await endsWell(recording);
    expect(await product.stop()).toBe(0);
    expect(stage.github.violations).toEqual([]);
  });
});

/**
 * The last status of every commit is what replay said. Webhooks under `latest`: what a process was dead for may be superseded, so that they are
 * a part of what replay said, in its order, and end with the same one.
 */
async function endsWell(recording: Recording): Promise<void> {
  const told = await expected(recording);
  const end = { statuses: told.statuses, lastHook: told.hooks.at(-1) };
  const isEnd = () => {
    const { statuses, hooks } = stage.told(recording);
    return { statuses, lastHook: hooks.at(-1) };
  };
  const name = recording.meta.gitrepo;
  await until(`${name}: everything is told`, () => JSON.stringify(isEnd()) === JSON.stringify(end), 60_000).catch(() => {});
  expect(isEnd(), name).toEqual(end);
  const { hooks } = stage.told(recording);
  let from = 0;
  for (const hook of hooks) {
    const at = told.hooks.indexOf(hook, from);
    expect(at, `${name}: ${hook} in ${told.hooks.join(", ")}`).toBeGreaterThanOrEqual(from);
    from = at;
  }
  const sequences = stage.hooks(recording).map((it) => it.sequence);
  expect(sequences, name).toEqual(sequences.toSorted((a, b) => a - b));
  expect(stage.repeatedStatuses(recording), name).toEqual([]);
}

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Recording } from "../../src/commands/replay/recording.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
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
async function haunt(isOver: () => boolean): Promise<ProductProcess> {
  let product = stage.startProduct("pod-1");
  for (let killed = 0; killed < kills && !isOver(); killed += 1) {
    // 1 to 5 s, the same in every run: in the middle of starting, of reading the cluster, of sending.
    await delay(1_000 + ((killed * 1_237) % 4_000));
    await product.kill();
    product = stage.startProduct("pod-1");
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
 * The last commit ends as replay said, and every other one has an outcome: replay's own, or (where a failure came and went while no process
 * lived long enough to tell it) the outcome of the descendant that it waited for. Webhooks under `latest`: what was superseded meanwhile is not
 * told, so that they are a part of what replay said, in its order, and end with the same one.
 */
async function endsWell(recording: Recording): Promise<void> {
  const name = recording.meta.gitrepo;
  const last = recording.meta.git.at(-1)?.sha ?? "";
  const told = await expected(recording);
  const end = { status: told.statuses[last], hook: told.hooks.at(-1), pending: [] };
  const now = () => {
    const { statuses, hooks } = stage.told(recording);
    const pending = Object.entries(statuses).filter(([, status]) => status.startsWith("pending"));
    return { status: statuses[last], hook: hooks.at(-1), pending };
  };
  await until(`${name}: everything is told`, () => JSON.stringify(now()) === JSON.stringify(end), 60_000).catch(() => {});
  expect(now(), name).toEqual(end);
  const { statuses, hooks } = stage.told(recording);
  for (const [sha, status] of Object.entries(statuses)) {
    const shared = [`success Deployed with ${last.slice(0, 7)}`, told.statuses[sha] ?? ""];
    expect(
      shared.some((it) => status.startsWith(it)),
      `${name}: ${sha} ${status}`,
    ).toBe(true);
  }
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

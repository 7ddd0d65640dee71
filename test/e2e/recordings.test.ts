import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { expected, readTestRecording, Stage } from "./stage.ts";
import { until } from "./until.ts";

/** Three times as fast as recorded: Fleet's Jobs that fail do so for longer than Signalman's 5 s then, too. */
const speed = 3;

const names = [
  "0.16.1-02-second-commit",
  "0.16.1-04-job-fails-then-fix",
  "0.16.1-06-revert",
  "0.16.1-07-revision-older-then-back",
  "0.16.1-08-force-push-sibling",
  "0.16.1-14-two-bundles-one-fails-on-one-cluster",
  "0.16.1-21-gitrepo-deleted",
  "0.15.5-10-paused",
  "0.14.10-20-depends-on",
  "0.13.15-35-failed-job-deleted-by-hand",
];

let stage: Stage;
let product: ProductProcess;

beforeAll(async () => {
  stage = await Stage.start();
  product = stage.startProduct();
  await product.ready();
});
afterAll(async () => {
  const code = await product?.stop();
  await stage?.stop();
  expect(code).toBe(0);
});

/**
 * The product as a process of its own, on a real API server, gets a recording played: GitHub and the receiver end up with what `replay` said
 * they would. Compared are the last status of every commit and the webhooks in their order; the texts of pendings in between depend on the
 * pace.
 */
describe("run does what replay said", () => {
  test.concurrent.each(names)("%s", async (name) => {
    const { recording, file } = await readTestRecording(name);
    const told = await expected(recording);
    const history = await stage.prepare(recording, speed);
    await stage.play(recording, { file, history, speed });
    const isTold = () => JSON.stringify(stage.told(recording).statuses) === JSON.stringify(told.statuses);
    await until("everything is told", () => isTold() && stage.told(recording).hooks.length >= told.hooks.length, 40_000).catch(
      () => {},
    );
    expect(stage.told(recording)).toEqual(told);
    expect(stage.repeatedStatuses(recording)).toEqual([]);
    expect(stage.github.violations).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { expected, readTestRecording, Stage } from "./stage.ts";
import { until } from "./until.ts";

const speed = 3;
let stage: Stage;
const products: ProductProcess[] = [];

beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(async () => {
  await Promise.all(products.map((it) => it.stop()));
  await stage?.stop();
});

function start(): ProductProcess {
  const product = stage.startProduct();
  products.push(product);
  return product;
}

describe("the world outside fails", () => {
  test("GitHub and the receiver are down for a while, and an answer is lost: everything arrives, nothing stands there twice", async () => {
    await start().ready();
    const { recording, file } = await readTestRecording("0.16.1-08-force-push-sibling");
    const told = await expected(recording);
    const history = await stage.prepare(recording, speed);
    stage.github.fault({ kind: "resetAfter", match: { method: "POST", path: /statuses/ }, times: 1 });
    stage.receiver.behave({ kind: "status", status: 503 });
    const played = stage.play(recording, { file, history, speed });
    await until(
      "the first status arrived, and its answer was lost",
      () => Object.keys(stage.told(recording).statuses).length > 0,
    );
    stage.github.setOutage("503");
    await played;
    // What came in and which commit is newer is GitHub's to say: until it can be asked, a webhook waits too (`maxHold`).
    stage.github.setOutage("up");
    await until("the receiver was tried", () => stage.receiver.requests.length > 0);
    expect(stage.told(recording).hooks).toEqual([]);
    stage.receiver.behave({ kind: "ok" });
    // Under `latest` what was never told is superseded: the end is what counts.
    const last = recording.meta.git.at(-1)?.sha ?? "";
    const isEnd = () =>
      stage.told(recording).statuses[last] === told.statuses[last] && stage.told(recording).hooks.at(-1) === told.hooks.at(-1);
    await until("everything arrived", isEnd, 90_000);
    expect(stage.repeatedStatuses(recording)).toEqual([]);
    expect(stage.github.violations).toEqual([]);
  });

  test("two replicas: one sends, and when it is killed the other one takes over", async () => {
    const standby = start();
    await standby.ready();
    const [holder] = products;
    const { recording, file } = await readTestRecording("0.16.1-02-second-commit");
    const told = await expected(recording);
    const history = await stage.prepare(recording, speed);
    const played = stage.play(recording, { file, history, speed });
    await until("the holder told something", () => Object.keys(stage.told(recording).statuses).length > 0);
    await holder?.kill();
    await played;
    const isTold = () => JSON.stringify(stage.told(recording).statuses) === JSON.stringify(told.statuses);
    await until("the standby told the rest", isTold, 60_000);
    expect(stage.repeatedStatuses(recording)).toEqual([]);
    expect(standby.log.some((line) => line.includes("took the lease"))).toBe(true);
  });
});

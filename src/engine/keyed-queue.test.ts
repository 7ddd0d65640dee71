import { describe, expect, test } from "vitest";
import { KeyedQueue } from "./keyed-queue.ts";

/** Work that ends when it is told to. */
function gated<T>(value: T): { work: () => Promise<T>; open: () => void; started: () => boolean } {
  const gate = Promise.withResolvers<void>();
  let isStarted = false;
  const work = async () => {
    isStarted = true;
    await gate.promise;
    return value;
  };
  return { work, open: () => gate.resolve(), started: () => isStarted };
}

describe("KeyedQueue", () => {
  test("one piece of work at a time for each key, in the order in which they came", async () => {
    const queue = new KeyedQueue();
    const [first, second] = [gated(1), gated(2)];
    const [one, two] = [queue.run("slot", first.work), queue.run("slot", second.work)];
    await Promise.resolve();
    expect([first.started(), second.started()]).toEqual([true, false]);
    first.open();
    expect(await one).toBe(1);
    second.open();
    expect(await two).toBe(2);
  });

  test("different keys do not wait for each other", async () => {
    const queue = new KeyedQueue();
    const held = gated("held");
    const waiting = queue.run("a", held.work);
    expect(await queue.run("b", async () => "free")).toBe("free");
    held.open();
    await waiting;
  });

  test("work that fails lets the next one run", async () => {
    const queue = new KeyedQueue();
    const failing = queue.run("slot", async () => {
      throw new Error("no");
    });
    const next = queue.run("slot", async () => "yes");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});

import { expect, test } from "vitest";
import { Health } from "./health.ts";

test("a process is ready once its caches are filled and the lease state is known, until it stops", () => {
  const health = new Health();
  expect(health.ready()).toEqual({ status: 503, body: "waiting for: caches, lease\n" });
  health.done("lease");
  expect(health.ready()).toEqual({ status: 503, body: "waiting for: caches\n" });
  health.done("caches");
  expect(health.ready()).toEqual({ status: 200, body: "ok\n" });
  health.stop();
  expect(health.ready().status).toBe(503);
  expect(health.live().status).toBe(200);
});

test("a process without the watcher waits for nothing", () => {
  expect(new Health([]).ready().status).toBe(200);
});

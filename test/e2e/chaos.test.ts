import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkVisible } from "../../simulator/checkers/index.ts";
import type { ObservedWorld } from "../../simulator/checkers/observed-world.ts";
import { oneSender } from "../../simulator/checkers/one-sender.ts";
import { Dice } from "../../simulator/simulation/dice.ts";
import { type Entry, type Hook, Ledger } from "../../simulator/simulation/ledger.ts";
import { ChaosWorld } from "./chaos/chaos-world.ts";
import { observe, storyOf } from "./chaos/observe.ts";
import { Replicas } from "./chaos/replicas.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const gitRepoCount = 20;
const rolloutsOfEach = 10;
/** What people do and who is killed when follows from it; how that meets is different each time. */
const seed = Number(process.env["CHAOS_SEED"] ?? 1);
/** Pauses of receivers that were down, and a lease that has to run out. */
const quietMs = 90_000;

let stage: Stage;
let world: ChaosWorld;
let replicas: Replicas;
beforeAll(async () => {
  stage = await Stage.start();
  world = new ChaosWorld(stage, { gitRepoCount, seed });
  await world.prepare();
  replicas = await Replicas.start(stage);
});
afterAll(async () => {
  await replicas?.stop();
  await world?.stop();
  await stage?.stop();
});

/** GitHub limits us, is down, answers nothing, and loses answers, one after the other, until it is over. */
async function troubleGitHub(dice: Dice, isOver: () => boolean): Promise<void> {
  const { github } = stage;
  const write = { method: "POST" } as const;
  while (!isOver()) {
    github.fault({ kind: "resetAfter", match: write, times: 3 });
    await delay(dice.between(5_000, 10_000));
    const endMs = Date.now() + 4_000;
    const trouble = dice.pick(["primary", "secondary", "refused", "503", "hang"] as const);
    if (trouble === "primary") github.fault({ kind: "primaryLimit", resetInSeconds: 4, untilMs: endMs });
    if (trouble === "secondary") github.fault({ kind: "secondaryLimit", retryAfterSeconds: 2, untilMs: endMs });
    if (trouble === "hang") github.fault({ kind: "hang", times: 2 });
    if (trouble === "refused" || trouble === "503") github.setOutage(trouble);
    await delay(4_000);
    github.setOutage("up");
  }
}

describe(`${gitRepoCount * rolloutsOfEach} rollouts of ${gitRepoCount} GitRepos while replicas are killed and everybody else fails (CHAOS_SEED=${seed})`, () => {
  test("nothing is lost, out of order, said twice or untrue, and never do two processes send", async () => {
    const dice = new Dice(seed);
    let isOver = false;
    const haunted = [replicas.haunt(dice.fork("kills"), () => isOver), troubleGitHub(dice.fork("github"), () => isOver)];
    await Promise.all(world.gitRepos.map((it) => world.rollOut(it, { count: rolloutsOfEach, dice: dice.fork(it.name) }))).finally(
      () => (isOver = true),
    );
    await Promise.all(haunted);
    world.endFaults();
    await replicas.killAll();
    const violations = () => checkVisible(observe(world, replicas.startsMs)).map(({ promise, text }) => `${promise}: ${text}`);
    await until("everything is told", () => violations().length === 0, quietMs).catch(() => {});
    const [first = ""] = violations();
    const concerned = world.gitRepos.find(({ name }) => first.includes(name));
    const story = concerned === undefined ? "" : storyOf(observe(world, replicas.startsMs), concerned.name);
    expect(violations(), `${story}\n${replicas.lastWords}`).toEqual([]);
    expect(oneSender(replicas)).toEqual([]);
    expect(stage.github.violations).toEqual([]);
    expect(await replicas.end()).toEqual([0, 0]);
    // The run was what it says: both replicas sent, and much of it arrived more than once or not at all.
    expect(replicas.kills).toBeGreaterThan(5);
    expect(new Set(replicas.sendings.map((it) => it.process)).size).toBe(2);
  });

  // What was recorded, with one thing changed as a product that breaks its promise would have changed it.
  const doctored = (change: (world: ObservedWorld) => ObservedWorld) =>
    new Set(checkVisible(change(observe(world, replicas.startsMs))).map((it) => it.promise));
  const withEntries = (change: (entries: readonly Entry[]) => readonly Entry[]) => (observed: ObservedWorld) => {
    const ledger = new Ledger();
    const kept = (["look", "hook", "status"] as const).flatMap((kind): Entry[] => observed.ledger.of(kind));
    for (const entry of change(kept.toSorted((a, b) => a.ms - b.ms))) ledger.add(entry);
    return { ...observed, ledger };
  };
  const lastOf = (entries: readonly Entry[], destination: string) =>
    entries.findLast((it): it is Hook => it.kind === "hook" && it.isTaken && it.stream.includes(`/${destination}:`));

  test("counter-test: the checkers find what is lost, repeated, out of order, untrue or left pending in a doctored record", () => {
    expect(doctored((observed) => observed)).toEqual(new Set());
    const without = (destination: string) =>
      withEntries((entries) => {
        const last = lastOf(entries, destination);
        return entries.filter((it) => it.kind !== "hook" || it.stream !== last?.stream || it.sequence !== last.sequence);
      });
    expect(doctored(without("log"))).toContain("nothing lost");
    const gap = withEntries((entries) => {
      const { stream } = lastOf(entries, "log") ?? {};
      return entries.filter((it) => it.kind !== "hook" || it.stream !== stream || it.sequence !== 3);
    });
    expect(doctored(gap)).toContain("webhook identity");
    const first = (entries: readonly Entry[]) => entries.find((it): it is Hook => it.kind === "hook" && it.isTaken);
    const lateRetry = withEntries((entries) => {
      const old = first(entries);
      return old === undefined ? entries : [...entries, { ...old, ms: Date.now() }];
    });
    expect(doctored(lateRetry)).toContain("order");
    const otherBody = withEntries((entries) => {
      const old = first(entries);
      return old === undefined ? entries : [...entries, { ...old, body: old.body.replace("}", " }") }];
    });
    expect(doctored(otherBody)).toContain("webhook identity");
    const twice = withEntries((entries) => entries.flatMap((it): Entry[] => (it.kind === "status" ? [it, it] : [it])));
    expect(doctored(twice)).toContain("no duplicates");
    const early = withEntries((entries) =>
      entries.map((it) =>
        it.kind === "status" && it.state === "success" ? { ...it, ms: it.ms - 60_000, sinceMs: it.sinceMs - 60_000 } : it,
      ),
    );
    expect(doctored(early)).toContain("truth");
    const open = (observed: ObservedWorld): ObservedWorld => {
      const shown = observed.gitHub.latestStatuses().map((it) => ({ ...it, state: "pending" }));
      return { ...observed, gitHub: { ...observed.gitHub, latestStatuses: () => shown } };
    };
    expect(doctored(open)).toContain("pendings");
    const comments = (observed: ObservedWorld): ObservedWorld => {
      const doubled = observed.gitHub.comments().map((it) => ({ ...it, bodies: [...it.bodies, ...it.bodies] }));
      return { ...observed, gitHub: { ...observed.gitHub, comments: () => doubled } };
    };
    expect(doctored(comments)).toContain("no duplicates");
    const other = { "replica-a": "replica-b", "replica-b": "replica-a" } as Readonly<Record<string, string>>;
    const swapped = replicas.sendings.map((it) => ({ ...it, process: other[it.process] ?? "" }));
    expect(oneSender({ sendings: swapped, holdings: replicas.holdings })).not.toEqual([]);
  });
});

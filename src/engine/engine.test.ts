import { describe, expect, test } from "vitest";
import { sampleMessage } from "../core/message/sample-message.ts";
import { newCoreState } from "../core/core-state.ts";
import { anyRepository } from "../core/notification/repository-policy.ts";
import { project } from "../core/fleet/project.ts";
import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import type { DestinationIo } from "../destinations/destination.ts";
import { sampleRule } from "../../test/samples/rollout.ts";
import { Actor, type ActorPorts } from "./actor.ts";
import { Engine } from "./engine.ts";
import type { SaveAnswer } from "./ports.ts";
import { SlotMemories } from "./slot-memories.ts";
import { VirtualClock } from "./virtual-clock.ts";

const unexpected = async () => {
  throw new Error("not expected in this test");
};

function ports(fields: Partial<ActorPorts> = {}): ActorPorts {
  const slots = new SlotMemories();
  const io: Omit<DestinationIo, "rows" | "now"> = {
    github: unexpected,
    botLogin: unexpected,
    http: async () => ({ status: 204, headers: {}, body: "" }),
    secret: unexpected,
    inSlot: (slot, work) => slots.inSlot(slot, work),
  };
  return {
    clock: new VirtualClock(1_000_000),
    store: { load: async () => [], save: async () => ({ kind: "saved" }), remove: async () => ({ kind: "saved" }) },
    host: {
      relation: async () => ({ kind: "noRepository", reason: "" }),
      branchHead: async () => ({ kind: "noRepository", reason: "" }),
      pullRequests: async () => ({ kind: "noRepository", reason: "" }),
    },
    io: () => io,
    instance: { name: "", cluster: "c", shard: "" },
    note: () => {},
    signal: new AbortController().signal,
    ...fields,
  };
}

const state = () => newCoreState({ shard: "", repositoryPolicy: anyRepository });
const send = { stream: "s", rule: sampleRule("webhook"), message: sampleMessage("GitRepoReady"), verify: false };
const document: DeliveryDocument = {
  namespace: "fleet-default",
  name: "d-1",
  spec: {
    notification: { kind: "Notification", namespace: "fleet-default", name: "d" },
    destination: "status",
    shard: "",
    part: 1,
    pending: 0,
    failing: 0,
    streamCount: 0,
    lastSentTime: "",
    lastError: "",
    streams: [],
  },
};

describe("Actor: every effect is answered by exactly one input, whatever happens", () => {
  test("a send's outcome", async () => {
    const answer = await new Actor(ports()).perform({ kind: "send", send }, state());
    expect(answer).toEqual({ kind: "sent", stream: "s", outcome: { kind: "delivered" } });
  });

  test("a destination that throws leaves open what it wrote", async () => {
    const io = { ...ports().io(send), inSlot: unexpected, http: unexpected };
    const broken = { ...send, rule: { ...sampleRule("webhook"), config: null as never } };
    const answer = await new Actor(ports({ io: () => io })).perform({ kind: "send", send: broken }, state());
    expect(answer).toMatchObject({ kind: "sent", outcome: { kind: "unknown" } });
  });

  test.each<[SaveAnswer, string]>([
    [{ kind: "saved" }, "saved"],
    [{ kind: "conflict", stored: null }, "saveConflicted"],
    [{ kind: "failed", reason: "down" }, "saveFailed"],
  ])("a save that is %j", async (answer, kind) => {
    const store = { ...ports().store, save: async () => answer };
    expect(await new Actor(ports({ store })).perform({ kind: "save", document }, state())).toMatchObject({ kind, name: "d-1" });
  });

  test("a store that throws has not saved", async () => {
    const store = { ...ports().store, save: unexpected };
    expect(await new Actor(ports({ store })).perform({ kind: "save", document }, state())).toMatchObject({ kind: "saveFailed" });
  });

  test("a host that throws could not be asked", async () => {
    const host = { ...ports().host, relation: unexpected };
    const inquiry = {
      kind: "relation",
      repository: { host: "github.com", owner: "a", name: "b" },
      base: "x",
      head: "y",
    } as const;
    const answer = await new Actor(ports({ host })).perform({ kind: "ask", inquiry }, state());
    expect(answer).toMatchObject({ kind: "answered", answer: { kind: "unavailable" } });
  });
});

const notification = {
  apiVersion: "signalman.dev/v1alpha1",
  kind: "Notification",
  metadata: { name: "d", namespace: "fleet-default", uid: "n" },
  spec: { destinations: [{ name: "hook", webhook: { url: "https://hooks.example.com/x" } }] },
};
const refusedGitRepo = {
  kind: "GitRepo",
  metadata: { uid: "g", namespace: "fleet-default", name: "shop", generation: 1 },
  spec: { repo: "https://github.com/acme/shop", branch: "main" },
  status: {
    commit: "c".repeat(40),
    observedGeneration: 1,
    gitJobStatus: "Failed",
    conditions: [{ type: "Stalled", status: "True", message: "bad" }],
  },
};

describe("Engine", () => {
  /** An engine that has seen a GitRepo whose Job failed; `saves` counts what was stored. */
  async function failing(): Promise<{ engine: Engine; clock: VirtualClock; requests: string[]; saves: () => number }> {
    const clock = new VirtualClock(1_000_000);
    const requests: string[] = [];
    let saves = 0;
    const plain = ports();
    const store = { ...plain.store, save: async (): Promise<SaveAnswer> => ((saves += 1), { kind: "saved" }) };
    const io = () => ({
      ...plain.io(send),
      http: async ({ url }: { url: string }) => {
        requests.push(url);
        return { status: 204, headers: {}, body: "" };
      },
    });
    const engine = new Engine({ state: state(), clock, actor: new Actor(ports({ clock, store, io })) });
    engine.feed({ kind: "loaded", documents: [] });
    engine.feed({ kind: "notification", change: { kind: "put", object: notification } });
    const record = project(refusedGitRepo);
    if (record !== null) engine.feed({ kind: "fleet", change: { kind: "put", record } });
    engine.feed({ kind: "synced" });
    await engine.idle();
    return { engine, clock, requests, saves: () => saves };
  }

  test("observe, decide, act, learn: a failed Job becomes a request, stored before it is sent", async () => {
    const { engine, clock, requests, saves } = await failing();
    expect(requests).toEqual([]);
    clock.moveTo(1_010_000);
    await engine.idle();
    expect(requests).toEqual(["https://hooks.example.com/x"]);
    expect(saves()).toBeGreaterThan(0);
    engine.stop();
  });

  test("after stop nothing is done any more", async () => {
    const { engine, clock, requests } = await failing();
    engine.stop();
    clock.moveTo(1_010_000);
    await engine.idle();
    expect(requests).toEqual([]);
  });

  test("draining writes what was decided and sends nothing new", async () => {
    const { engine, clock, requests, saves } = await failing();
    const next = project({ ...refusedGitRepo, status: { ...refusedGitRepo.status, commit: "d".repeat(40) } });
    if (next !== null) engine.feed({ kind: "fleet", change: { kind: "put", record: next } });
    await engine.idle();
    const before = saves();
    engine.drain();
    clock.moveTo(1_010_000);
    await engine.idle();
    expect(requests).toEqual([]);
    expect(saves()).toBeGreaterThan(before);
    engine.stop();
  });

  test("nothing is decided before everything was read once", async () => {
    const clock = new VirtualClock(1_000_000);
    const engine = new Engine({ state: state(), clock, actor: new Actor(ports({ clock })) });
    engine.feed({ kind: "notification", change: { kind: "put", object: notification } });
    await engine.idle();
    expect(engine.dueMs()).toBe(Infinity);
    engine.stop();
  });
});

import { newCoreState } from "../../src/core/core-state.ts";
import { anyRepository } from "../../src/core/notification/repository-policy.ts";
import type { NotificationReport } from "../../src/core/core-effect.ts";
import type { Note } from "../../src/core/delivery/effect.ts";
import { project } from "../../src/core/fleet/project.ts";
import { Actor } from "../../src/engine/actor.ts";
import { Engine } from "../../src/engine/engine.ts";
import { createNotes } from "../../src/engine/notes.ts";
import { SlotMemories } from "../../src/engine/slot-memories.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { createHttpClient } from "../../src/http/client.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";

const startMs = 1_000_000;
const nowhere = async () => ({ kind: "noRepository", reason: "" }) as const;
const unexpected = async () => {
  throw new Error("a webhook does not use this");
};
/** Its Job failed: after some seconds that is told. */
const failedGitRepo = {
  kind: "GitRepo",
  metadata: { uid: "g", namespace: "fleet-default", name: "shop", generation: 1 },
  spec: { repo: "https://git.example.com/acme/shop", branch: "main" },
  status: {
    commit: "c".repeat(40),
    observedGeneration: 1,
    gitJobStatus: "Failed",
    conditions: [{ type: "Stalled", status: "True", message: "bad" }],
  },
};

type MessageNote = Extract<Note, { readonly message: unknown }>;

/** The engine with the real way out, under a virtual clock: one failed rollout, to be told to the webhooks of one Notification. */
export class DeliveryUnderTest {
  readonly clock = new VirtualClock(startMs);
  /** What came of each attempt, in order. */
  readonly notes: { readonly kind: MessageNote["kind"]; readonly destination: string; readonly reason: string }[] = [];
  readonly reports: NotificationReport[] = [];
  readonly log: string[] = [];
  readonly #http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1"] } });
  readonly #abort = new AbortController();
  readonly #metrics = createMetrics();
  #engine: Engine | null = null;

  /** `webhooks`: by the destination's name. */
  async start(webhooks: Readonly<Record<string, object>>): Promise<void> {
    const log = createLog({ level: "debug", destination: { write: (line) => this.log.push(line) } });
    const metrics = await this.#metrics;
    const tell = createNotes({ log, metrics, now: () => this.clock.now(), report: (report) => this.reports.push(report) });
    const slots = new SlotMemories();
    const actor = new Actor({
      clock: this.clock,
      store: { load: async () => [], save: async () => ({ kind: "saved" }), remove: async () => ({ kind: "saved" }) },
      host: { relation: nowhere, branchHead: nowhere, pullRequests: nowhere },
      io: () => ({
        github: unexpected,
        botLogin: unexpected,
        secret: unexpected,
        http: (request, signal) => this.#http.request(request, signal),
        inSlot: (slot, work) => slots.inSlot(slot, work),
      }),
      instance: { name: "", cluster: "c", shard: "" },
      note: (effect) => {
        tell(effect);
        if (effect.kind === "note") this.#take(effect.note);
      },
      signal: this.#abort.signal,
    });
    const engine = new Engine({ state: newCoreState({ shard: "", repositoryPolicy: anyRepository }), clock: this.clock, actor });
    this.#engine = engine;
    const destinations = Object.entries(webhooks).map(([name, webhook]) => ({ name, webhook }));
    const metadata = { name: "d", namespace: "fleet-default", uid: "n" };
    const object = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata, spec: { destinations } };
    engine.feed({ kind: "loaded", documents: [] });
    engine.feed({ kind: "notification", change: { kind: "put", object } });
    const record = project(failedGitRepo);
    if (record !== null) engine.feed({ kind: "fleet", change: { kind: "put", record } });
    engine.feed({ kind: "synced" });
    await engine.idle();
  }

  /** Lets time pass from one thing that is due to the next, until `holds`; at the latest after `withinMs` of the virtual clock. */
  async until(holds: () => boolean, withinMs: number): Promise<void> {
    const endMs = this.clock.now() + withinMs;
    while (!holds() && this.clock.nextMs() <= endMs) {
      this.clock.moveTo(this.clock.nextMs());
      await this.#engine?.idle();
    }
  }

  /** `{ retried: 1, delivered: 1 }`: signalman_messages_total of webhooks, by outcome. */
  async outcomes(): Promise<Readonly<Record<string, number>>> {
    const { body } = await (await this.#metrics).scrape();
    const lines = body.matchAll(
      /^signalman_messages_total\{destination="webhook",event="GitRepoFailed",outcome="(\w+)"\} (\d+)$/gm,
    );
    return Object.fromEntries([...lines].map(([, outcome = "", count]) => [outcome, Number(count)]));
  }

  async stop(): Promise<void> {
    this.#engine?.stop();
    this.#abort.abort();
    await this.#http.close();
  }

  #take(note: Note): void {
    if (!("message" in note)) return;
    this.notes.push({ kind: note.kind, destination: note.rule.destination, reason: "reason" in note ? note.reason : "" });
  }
}

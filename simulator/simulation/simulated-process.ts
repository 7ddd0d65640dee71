import { Octokit } from "@octokit/rest";
import { newCoreState, type CoreState } from "../../src/core/core-state.ts";
import { anyRepository } from "../../src/core/notification/repository-policy.ts";
import type { Send } from "../../src/core/delivery/effect.ts";
import type { DestinationIo } from "../../src/destinations/destination.ts";
import { Actor } from "../../src/engine/actor.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Clock } from "../../src/engine/ports.ts";
import { SlotMemories } from "../../src/engine/slot-memories.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Ledger } from "./ledger.ts";
import { Life } from "./life.ts";
import type { RepositoryTruth } from "./repository-truth.ts";
import type { Seams } from "./seams.ts";
import type { SimulatedAccess } from "./simulated-access.ts";
import { botLogin, type SimulatedGitHub } from "./simulated-git-hub.ts";
import { SimulatedHost } from "./simulated-host.ts";
import { receive } from "./simulated-receiver.ts";
import type { StoredDeliveries } from "./stored-deliveries.ts";

/** What outlives a process, and what it runs in. */
export interface Surroundings {
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly ledger: Ledger;
  readonly gitHub: SimulatedGitHub;
  readonly access: SimulatedAccess;
  readonly deliveries: StoredDeliveries;
  readonly repositories: readonly RepositoryTruth[];
  readonly seams: Seams;
  /** Takes the turns of its engine. */
  readonly schedule: (turn: () => void) => void;
  /** Since when the product may not know what is so. */
  readonly staleSinceMs: () => number;
  readonly onDeath: (why: string) => void;
  /** The clock of the machine that it runs on. */
  readonly clockOf: (life: Life) => Clock;
  /** Later processes have higher numbers. */
  readonly number: number;
}

/** One process of the product: its own core, engine, actor and destinations, with simulated ports. */
export class SimulatedProcess {
  readonly life: Life;
  readonly state: CoreState;
  readonly engine: Engine;

  constructor(surroundings: Surroundings) {
    const { clock, deliveries, faults, ledger, repositories, access, onDeath, seams, number, schedule } = surroundings;
    this.life = new Life(clock, onDeath, number);
    this.state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
    const { life } = this;
    const now = () => clock.now();
    const slots = new SlotMemories();
    const machine = surroundings.clockOf(life);
    const actor = new Actor({
      clock: machine,
      store: seams.store(deliveries.storeOf({ life, faults, ledger, now })),
      host: seams.host(new SimulatedHost({ life, faults, repositories, access, now })),
      io: (send) => seams.io(ioOf({ ...surroundings, life, slots }), send),
      instance: { name: "", cluster: "simulated", shard: "" },
      note: () => {},
      signal: life.abort.signal,
    });
    this.engine = new Engine({ state: this.state, clock: seams.clock(machine, this.state), actor, schedule });
  }

  kill(why: string): void {
    this.life.die(why);
  }

  /** Its lease is gone (commands/run/term.ts). */
  end(): void {
    this.engine.stop();
    this.life.end();
  }
}

type Io = Omit<DestinationIo, "rows" | "now">;

/** What one message's destination may touch. It is made when the message begins: from then on `sinceMs` counts. */
function ioOf({
  clock,
  faults,
  ledger,
  gitHub,
  access,
  staleSinceMs,
  life,
  slots,
}: Surroundings & { life: Life; slots: SlotMemories }): Io {
  const options = { life, faults, ledger, access, now: () => clock.now(), sinceMs: staleSinceMs() };
  const fetch = gitHub.fetchOf(options);
  return {
    github: async () => {
      access.enter();
      return new Octokit({ baseUrl: "https://api.github.com", request: { fetch }, log: silent });
    },
    botLogin: async () => botLogin,
    http: async (request) => await receive(options, request),
    secret: async (reference) => access.read(reference),
    inSlot: (slot, work) => slots.inSlot(slot, work),
  };
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type { Io, Send };

import { setTimeout as delay } from "node:timers/promises";
import type { Holding, Sending } from "../../../simulator/checkers/one-sender.ts";
import { type ForwardProxy, startForwardProxy } from "../../../simulator/faces/forward-proxy.ts";
import type { ProductProcess } from "../../../simulator/product-process.ts";
import type { Dice } from "../../../simulator/simulation/dice.ts";
import type { Stage } from "../stage.ts";
import { until } from "../until.ts";
import { type Relay, startRelay } from "./relay.ts";

const names = ["replica-a", "replica-b"] as const;
type Name = (typeof names)[number];

interface Replica {
  readonly name: Name;
  /** All that it sends goes through these, one to GitHub and one to the receivers' proxy: who sent what can be told. */
  readonly relays: readonly [gitHub: Relay, proxy: Relay];
  product: ProductProcess;
}

/** Two replicas, each of them a Pod whose container is started again, and the Lease as everybody sees it. */
export class Replicas {
  readonly #stage: Stage;
  readonly #proxy: ForwardProxy;
  readonly #replicas: readonly Replica[];
  readonly #watching = new AbortController();
  readonly #watched: Promise<void>;
  readonly holdings: Holding[] = [];
  /** When a process was started, milliseconds since the epoch: what it sees then may be old to it. */
  readonly startsMs: number[] = [];
  kills = 0;

  private constructor(stage: Stage, proxy: ForwardProxy, relays: readonly Replica["relays"][]) {
    this.#stage = stage;
    this.#proxy = proxy;
    this.#watched = this.#watchLease();
    this.#replicas = relays.map((own, index) => {
      const name = names[index] ?? names[0];
      return { name, relays: own, product: this.#start(name, own) };
    });
  }

  static async start(stage: Stage): Promise<Replicas> {
    const proxy = await startForwardProxy();
    const doors = async () => [await startRelay(stage.gitHubUrl), await startRelay(proxy.url)] as const;
    const replicas = new Replicas(stage, proxy, [await doors(), await doors()]);
    await until("a replica holds the lease", () => replicas.#holder() !== null);
    return replicas;
  }

  get sendings(): readonly Sending[] {
    return this.#replicas.flatMap(({ name, relays }) =>
      relays.flatMap(({ sentMs }) => sentMs.map((ms) => ({ ms, process: name }))),
    );
  }

  /** The last lines of what each replica logged, for whom something failed. */
  get lastWords(): string {
    return this.#replicas.map(({ name, product }) => `${name}:\n${product.log.slice(-15).join("\n")}`).join("\n");
  }

  /**
   * Kills one of them every few seconds and starts it again, until it is over. Now and then the holder stays away, or stands still, until the other
   * one has taken over.
   */
  async haunt(dice: Dice, isOver: () => boolean): Promise<void> {
    for (let turn = 1; !isOver(); turn += 1) {
      await delay(dice.between(2_000, 6_000));
      const replica = dice.pick(this.#replicas);
      if (turn % 8 === 4) await this.#freezeHolder();
      else await this.#kill(turn % 8 === 0 ? this.#holder() : replica, { isAway: turn % 8 === 0 });
    }
  }

  /** Kills both, and starts them again. */
  async killAll(): Promise<void> {
    for (const replica of this.#replicas) await this.#kill(replica, { isAway: false });
  }

  /** Returns the exit codes. */
  async end(): Promise<readonly (number | null)[]> {
    return await Promise.all(this.#replicas.map(({ product }) => product.stop()));
  }

  /** Everything is gone afterwards. */
  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map(({ product }) => product.kill()));
    this.#watching.abort();
    await this.#watched;
    await Promise.all(this.#replicas.flatMap(({ relays }) => relays.map((it) => it.close())));
    await this.#proxy.close();
  }

  #start(name: Name, [gitHub, proxy]: Replica["relays"]): ProductProcess {
    this.startsMs.push(Date.now());
    return this.#stage.startProduct(name, { HTTP_PROXY: proxy.url, GITHUB_API_URL: gitHub.url });
  }

  #holder(): Replica | null {
    return this.#replicas.find(({ name }) => name === this.holdings.at(-1)?.process) ?? null;
  }

  async #kill(replica: Replica | null, { isAway }: { isAway: boolean }): Promise<void> {
    if (replica === null) return;
    await replica.product.kill();
    this.kills += 1;
    if (isAway) await this.#otherThan(replica);
    replica.product = this.#start(replica.name, replica.relays);
  }

  /** A machine that stands still, and goes on as if no time had passed. */
  async #freezeHolder(): Promise<void> {
    const holder = this.#holder();
    if (holder === null || holder.product.pid === 0) return;
    process.kill(holder.product.pid, "SIGSTOP");
    try {
      await this.#otherThan(holder);
    } finally {
      process.kill(holder.product.pid, "SIGCONT");
    }
  }

  async #otherThan({ name }: Replica): Promise<void> {
    await until(`another one than ${name} holds the lease`, () => this.holdings.at(-1)?.process !== name);
  }

  async #watchLease(): Promise<void> {
    const { signal } = this.#watching;
    const path = "/apis/coordination.k8s.io/v1/namespaces/signalman/leases?watch=1";
    try {
      for await (const { object } of this.#stage.client.watch(path, { signal })) {
        const holder = String(object.spec?.holderIdentity ?? "");
        const process = names.find((name) => holder.endsWith(name)) ?? "";
        if (process !== this.holdings.at(-1)?.process) this.holdings.push({ fromMs: Date.now(), process });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

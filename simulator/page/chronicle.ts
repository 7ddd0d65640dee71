import { demoNames, type DemoWorld } from "../demo-world.ts";
import type { Crash, ProductProcess } from "../product-process.ts";
import { eventOf, shownByFleet, statusContext } from "../story/expectation.ts";
import { kinds } from "../world/kubernetes-kind.ts";
import type { GitHubRequest } from "../world/github.ts";
import type { ReceivedRequest } from "../world/receiver.ts";
import type { StatusView } from "./demo-view.ts";

/** Something that was said about a commit, and how many clusters held what it says at that moment. Times are since the epoch. */
export interface Said {
  readonly commit: string;
  readonly atMs: number;
  readonly held: number;
}

export interface SaidBySignalman extends Said {
  readonly state: StatusView["state"];
  readonly description: string;
}

/** A crash, with what was owed at that moment and what came of it. */
export interface OwedAtCrash {
  readonly crash: Crash;
  /** The sum of `pending` over the stored Deliveries. */
  readonly owed: number;
  /** Webhooks that had been turned away: their ids. */
  readonly turnedAway: ReadonlySet<string>;
  /** Commits of which no webhook had told yet. */
  readonly untold: ReadonlySet<string>;
  /** Commits whose status was left pending. */
  readonly pending: ReadonlySet<string>;
  readonly survivors: { readonly text: string; readonly atMs: number }[];
}

/** Each of the lists keeps at most this many, the newest ones: a page shows the last few. */
const keptMax = 200;

/**
 * Writes down what cannot be seen afterwards: what a naive reader of Fleet's `Ready` announces, what Signalman says, and what the clusters
 * hold at that very moment; and what a crash left owed. The naive reader is the rule "`Ready` is True, so `status.commit` is deployed".
 */
export class Chronicle {
  readonly naive: Said[] = [];
  readonly signalman: SaidBySignalman[] = [];
  readonly crashes: OwedAtCrash[] = [];
  readonly #world: DemoWorld;
  readonly #product: Pick<ProductProcess, "crashes">;
  readonly #endings: readonly (() => void)[];

  constructor(world: DemoWorld, product: Pick<ProductProcess, "crashes" | "onChange">) {
    this.#world = world;
    this.#product = product;
    this.#endings = [
      world.onChange(() => this.#readNaively()),
      world.gitHub.onRequest((request) => this.#hear(request)),
      world.receiver.onRequest((request) => this.#receive(request)),
      product.onChange(() => this.#noteCrash()),
    ];
  }

  stop(): void {
    for (const end of this.#endings) end();
  }

  #readNaively(): void {
    const shown = shownByFleet(this.#world);
    if (shown === null || shown.commit === "" || !shown.isReady || shown.commit === this.naive.at(-1)?.commit) return;
    const said = { commit: shown.commit, atMs: this.#world.gitHub.now(), held: this.#world.clustersWith(shown.commit) };
    keep(this.naive, said);
  }

  #hear({ method, path, body, status }: GitHubRequest): void {
    const commit = /\/statuses\/([0-9a-f]{40})$/.exec(path)?.[1];
    const { state, description = "", context } = (body ?? {}) as Partial<StatusView>;
    if (method !== "POST" || commit === undefined || state === undefined || status >= 300 || status === 0) return;
    if (state === "pending" || context !== statusContext) return;
    const atMs = this.#world.gitHub.now();
    const shown = shownByFleet(this.#world)?.commit ?? "";
    keep(this.signalman, { commit, atMs, held: this.#world.clustersWith(shown), state, description });
    const crash = this.crashes.findLast(({ pending }) => pending.has(commit));
    const text = `status of ${commit.slice(0, 7)}: ${description}`;
    if (crash?.survivors.every((it) => it.text !== text)) crash.survivors.push({ text, atMs });
  }

  #receive({ status, headers, body }: ReceivedRequest): void {
    if (status < 200 || status >= 300) return;
    const { commit = "", summary = "" } = eventOf(body)?.data ?? {};
    const id = headers["webhook-id"] ?? "";
    const crash = this.crashes.findLast(({ turnedAway, untold }) => turnedAway.has(id) || untold.has(commit));
    crash?.survivors.push({ text: `webhook: ${summary}`, atMs: this.#world.receiver.now() });
  }

  /** The product's process has ended: what is owed now is what its successor must find in Kubernetes. */
  #noteCrash(): void {
    const crash = this.#product.crashes.at(-1);
    if (crash === undefined || this.crashes.some((it) => it.crash === crash)) return;
    const { gitHub, objects, receiver, repository } = this.#world;
    const deliveries = objects.list(kinds.delivery).items as readonly { readonly spec?: { readonly pending?: number } }[];
    const accepted = receiver.accepted();
    const came = new Set(accepted.map(({ headers }) => headers["webhook-id"]));
    const told = new Set(accepted.map(({ body }) => eventOf(body)?.data.commit));
    const untold = this.#world.commits().filter((sha) => !told.has(sha));
    const ids = receiver.requests.map(({ headers }) => headers["webhook-id"] ?? "").filter((id) => !came.has(id));
    const pending = repository.statuses
      .shas()
      .filter((sha) => gitHub.latestStatuses(demoNames.repository, sha).get(statusContext)?.state === "pending");
    const owed = deliveries.reduce((sum, { spec }) => sum + (spec?.pending ?? 0), 0);
    const sets = { turnedAway: new Set(ids), untold: new Set(untold), pending: new Set(pending) };
    keep(this.crashes, { crash, owed, ...sets, survivors: [] });
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.push(item) > keptMax) list.shift();
}

import { demoNames, type DemoWorld } from "../demo-world.ts";
import type { GitHubRequest } from "../world/github.ts";
import type { ReceivedRequest } from "../world/receiver.ts";
import { eventOf, shownByFleet } from "./expectation.ts";

export interface NarratorOptions {
  /** Gets one line at a time, without line end. */
  readonly print: (line: string) => void;
  readonly colours: boolean;
  readonly now: () => number;
}

type Colour = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta";

const codes: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35 };
const stateColours: Readonly<Record<string, Colour>> = { success: "green", pending: "yellow", failure: "red", error: "red" };

/**
 * Tells on a terminal what happens, one line a thing: what people do, what Fleet claims (and how many clusters really hold the commit at
 * that moment), and what Signalman says.
 */
export class Narrator {
  readonly #world: DemoWorld;
  readonly #options: NarratorOptions;
  readonly #startMs: number;
  readonly #endings: (() => void)[];
  #claim = "";

  constructor(world: DemoWorld, options: NarratorOptions) {
    this.#world = world;
    this.#options = options;
    this.#startMs = options.now();
    this.#endings = [
      world.onChange(() => this.#tellClaim()),
      world.gitHub.onRequest((request) => this.#tellGitHub(request)),
      world.receiver.onRequest((request) => this.#tellReceiver(request)),
    ];
  }

  step(title: string): void {
    this.#options.print("");
    this.#options.print(this.#paint(title, "bold"));
  }

  /** The end of the telling: what happens from now on is not told. */
  stop(): void {
    for (const end of this.#endings) end();
  }

  /** Every request that GitHub and the receiver got, in order. */
  tellRequests(): void {
    const { gitHub, receiver } = this.#world;
    this.step(`What GitHub got (${gitHub.requests.length} requests)`);
    for (const { status, method, path, query, body } of gitHub.requests) {
      this.#options.print(
        `  ${status} ${method} ${path}${query}${body === undefined ? "" : ` ${cut(JSON.stringify(body), 400)}`}`,
      );
    }
    this.step(`What the receiver got (${receiver.requests.length} requests)`);
    for (const { status, method, path, headers, body } of receiver.requests) {
      this.#options.print(`  ${status} ${method} ${path} webhook-id=${headers["webhook-id"] ?? ""} ${cut(body, 400)}`);
    }
  }

  #tellClaim(): void {
    const shown = shownByFleet(this.#world);
    if (shown === null || shown.commit === "") return;
    const claim = `${shown.commit} ${shown.isReady}`;
    if (claim === this.#claim) return;
    this.#claim = claim;
    const { length } = demoNames.clusters;
    const truth = this.#world.clustersWith(shown.commit);
    const isLie = shown.isReady && truth < length;
    const words = shown.isReady ? "Ready" : "not ready";
    const held = `on ${truth} of ${length} clusters`;
    this.#line("Fleet", "blue", `${short(shown.commit)} ${words}, really ${isLie ? this.#paint(held, "red") : held}`);
  }

  #tellGitHub({ method, path, body, status }: GitHubRequest): void {
    const [, kind = "", subject = ""] = /\/(statuses|issues|comments)\/([^/]+)/.exec(path) ?? [];
    if (method === "GET" || kind === "" || status >= 300) return;
    const said = body as { readonly state?: string; readonly description?: string; readonly body?: string };
    if (kind === "statuses") {
      const state = said.state ?? "";
      this.#line(
        "Signalman",
        "magenta",
        `${short(subject)} ${this.#paint(state, stateColours[state] ?? "dim")}: ${said.description ?? ""}`,
      );
    } else {
      const row = /^\| [^|]* \| [^|]* \| ([^|]*) \|/m.exec((said.body ?? "").split("|---").at(-1) ?? "")?.[1] ?? "";
      this.#line("Signalman", "magenta", `pull-request comment ${method === "POST" ? "written" : "edited"}: ${row}`);
    }
  }

  #tellReceiver({ status, body }: ReceivedRequest): void {
    const event = eventOf(body);
    const isTaken = status >= 200 && status < 300;
    const answer = this.#paint(String(status), isTaken ? "green" : "red");
    this.#line("Signalman", "magenta", `webhook ${answer}: ${event?.type ?? ""} ${event?.data.summary ?? cut(body, 100)}`);
  }

  #line(who: string, colour: Colour, text: string): void {
    const seconds = ((this.#options.now() - this.#startMs) / 1_000).toFixed(1).padStart(5);
    this.#options.print(`${this.#paint(`${seconds}s`, "dim")}  ${this.#paint(who.padEnd(9), colour)}  ${text}`);
  }

  #paint(text: string, colour: Colour): string {
    return this.#options.colours ? `\u001B[${codes[colour]}m${text}\u001B[0m` : text;
  }
}

function short(sha: string): string {
  return sha.slice(0, 7);
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax)}…`;
}

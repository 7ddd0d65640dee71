import type { FaultPlan } from "./fault-plan.ts";
import type { Hook, Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import { SimulatedCheckRuns } from "./simulated-check-runs.ts";
import { SimulatedDeployments } from "./simulated-deployments.ts";
import { answer, type Answer, type Call, pageOf } from "./simulated-git-hub-call.ts";
import { receivers } from "./simulated-notification.ts";

/** Under which login the product writes. */
export const botLogin = "signalman[bot]";

interface Entry {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body?: string;
  readonly state?: string;
  readonly context?: string;
  readonly description?: string;
}

export interface GitHubOptions {
  readonly life: Life;
  readonly faults: FaultPlan;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** See Happened in ledger.ts. */
  readonly sinceMs: number;
}

export type Fetch = (url: string, init: { method: string; body?: string }) => Promise<Answer>;

const statusPath = /^\/repos\/acme\/([^/]+)\/statuses\/(\w+)$/;
const statusesPath = /^\/repos\/acme\/([^/]+)\/commits\/(\w+)\/statuses$/;
const commentsPath = /^\/repos\/acme\/([^/]+)\/issues\/(\d+)\/comments$/;
const commentPath = /^\/repos\/acme\/([^/]+)\/issues\/comments\/(\d+)$/;
const dispatchesPath = /^\/repos\/acme\/[^/]+\/dispatches$/;

/** GitHub in memory: commit statuses, comments, check runs, deployments and dispatches, with what can go wrong on the way. It outlives every process. */
export class SimulatedGitHub {
  /** "statuses repository sha" or "comments repository number" → entries, oldest first. */
  readonly #lists = new Map<string, Entry[]>();
  readonly #checkRuns = new SimulatedCheckRuns(botLogin.replace("[bot]", ""));
  readonly #deployments = new SimulatedDeployments();
  #lastId = 0;
  /** Writes to what others wrote, which GitHub refused. */
  readonly trespasses: { readonly ms: number; readonly repository: string; readonly number: number; readonly login: string }[] =
    [];

  /** Something that somebody else wrote into a pull request's conversation. */
  chat({ repository, number, login, body }: { repository: string; number: number; login: string; body: string }): void {
    this.#add(`comments ${repository} ${number}`, { user: { login }, body });
  }

  /** What each commit shows: the newest status of each context that it ever had, its check runs, and its deployments, the newest first. */
  latestStatuses(): readonly { repository: string; sha: string; context: string; state: string; description: string }[] {
    const statuses = [...this.#lists].flatMap(([key, entries]) => {
      const [list, repository = "", sha = ""] = key.split(" ");
      if (list !== "statuses") return [];
      const latest = new Map(entries.map((it) => [it.context ?? "", it]));
      return [...latest].map(([context, { state = "", description = "" }]) => ({ repository, sha, context, state, description }));
    });
    return [...statuses, ...this.#checkRuns.all(), ...this.#deployments.all()];
  }

  /** Check runs and deployments, and by what each is told from others: there must be no two of one. */
  made(): readonly { repository: string; sha: string; context: string; made: string }[] {
    return [...this.#checkRuns.all().map((it) => ({ ...it, made: "" })), ...this.#deployments.all()];
  }

  /** Our own comments of each pull request. */
  comments(): readonly { repository: string; number: number; bodies: readonly string[] }[] {
    return [...this.#lists].flatMap(([key, entries]) => {
      const [list, repository = "", number] = key.split(" ");
      const ours = entries.filter((it) => it.user.login === botLogin).map((it) => it.body ?? "");
      return list === "comments" ? [{ repository, number: Number(number), bodies: ours }] : [];
    });
  }

  /** Octokit's `request.fetch` for one message of one process. */
  fetchOf(options: GitHubOptions): Fetch {
    return async (input, { method, body }) => {
      const url = new URL(input);
      const fields = body === undefined ? {} : (JSON.parse(body) as Record<string, unknown>);
      const call: Call = { method, path: url.pathname, query: url.searchParams, body: fields };
      return method === "GET" ? await this.#read(options, call) : await this.#write(options, call);
    };
  }

  async #read({ life, faults, now }: GitHubOptions, call: Call): Promise<Answer> {
    await life.goOn();
    switch (faults.draw("read")) {
      case "status500":
        return answer(500, { message: "Server Error" });
      case "reset":
        throw reset();
      case "limited":
        return limited(now() + faults.restSeconds() * 1_000);
      case "slow":
        await life.sleep(faults.slownessMs());
        break;
      case null:
        break;
    }
    return answer(200, this.#checkRuns.list(call) ?? this.#deployments.list(call) ?? this.#page(call));
  }

  async #write(options: GitHubOptions, call: Call): Promise<Answer> {
    const { life, faults, now } = options;
    await life.goOn();
    const fault = faults.draw("write");
    switch (fault) {
      case "status502":
        return answer(502, { message: "Bad Gateway" });
      case "resetBefore":
        throw reset();
      case "limited":
        return limited(now() + faults.restSeconds() * 1_000);
      case "secondary":
        return answer(
          403,
          { message: "You have exceeded a secondary rate limit" },
          { "retry-after": String(faults.restSeconds()) },
        );
      case "killBefore":
        return await life.dieHere("before a write to GitHub");
      case "slow":
        await life.sleep(faults.slownessMs());
        break;
      case "resetAfter":
      case "lost502":
      case "killAfter":
      case null:
        break;
    }
    const done = this.#perform(options, call);
    if (fault === "resetAfter") throw reset();
    if (fault === "lost502") return answer(502, { message: "Bad Gateway" });
    if (fault === "killAfter") return await life.dieHere("after a write to GitHub");
    return done;
  }

  #perform({ life, ledger, now, sinceMs }: GitHubOptions, call: Call): Answer {
    const happened = { ms: now(), sinceMs, process: life.number };
    const { method, path } = call;
    const body = call.body as Readonly<Record<string, string>>;
    const marked = this.#checkRuns.write(call, happened, ledger) ?? this.#deployments.write(call, happened, ledger);
    if (marked !== null) return marked;
    if (method === "POST" && dispatchesPath.test(path)) {
      ledger.add({ ...happened, ...dispatched(call.body) });
      return answer(204, null);
    }
    const status = statusPath.exec(path);
    if (method === "POST" && status !== null) {
      const [, repository = "", sha = ""] = status;
      const { context = "", state = "", description = "" } = body;
      ledger.add({ kind: "status", ...happened, repository, sha, context, state, description, place: 0, page: "" });
      return answer(201, this.#add(`statuses ${repository} ${sha}`, { user: { login: botLogin }, context, state, description }));
    }
    const text = body["body"] ?? "";
    const created = commentsPath.exec(path);
    if (method === "POST" && created !== null) {
      const [, repository = "", number] = created;
      const entry = this.#add(`comments ${repository} ${number}`, { user: { login: botLogin }, body: text });
      ledger.add({ kind: "comment", ...happened, repository, number: Number(number), id: entry.id, body: text, isNew: true });
      return answer(201, entry);
    }
    const edited = commentPath.exec(path);
    if (method !== "PATCH" || edited === null) throw new Error(`the simulated GitHub has no ${method} ${path}`);
    return this.#edit({ ...happened, ledger }, { repository: edited[1] ?? "", id: Number(edited[2]), body: text });
  }

  #edit(
    { ledger, ...happened }: { ms: number; sinceMs: number; process: number; ledger: Ledger },
    { repository, id, body }: { repository: string; id: number; body: string },
  ): Answer {
    for (const [key, entries] of this.#lists) {
      const index = entries.findIndex((it) => it.id === id);
      const entry = entries[index];
      if (entry === undefined) continue;
      const number = Number(key.split(" ")[2]);
      const { login } = entry.user;
      if (login !== botLogin) {
        this.trespasses.push({ ms: happened.ms, repository, number, login });
        return answer(403, { message: "Resource not accessible by integration" });
      }
      entries[index] = { ...entry, body };
      ledger.add({ kind: "comment", ...happened, repository, number, id, body, isNew: false });
      return answer(200, entry);
    }
    return answer(404, { message: "Not Found" });
  }

  #page({ path, query }: Call): readonly Entry[] {
    const statuses = statusesPath.exec(path);
    const comments = commentsPath.exec(path);
    if (statuses === null && comments === null) throw new Error(`the simulated GitHub has no GET ${path}`);
    const entries =
      statuses === null
        ? (this.#lists.get(`comments ${comments?.[1]} ${comments?.[2]}`) ?? [])
        : (this.#lists.get(`statuses ${statuses[1]} ${statuses[2]}`) ?? []).toReversed();
    return pageOf(entries, query);
  }

  #add(list: string, fields: Omit<Entry, "id">): Entry {
    this.#lastId += 1;
    const entry = { ...fields, id: this.#lastId };
    const entries = this.#lists.get(list) ?? [];
    entries.push(entry);
    this.#lists.set(list, entries);
    return entry;
  }
}

/** What a workflow gets is what a webhook gets: five of the payload's properties are an event's body, the sixth is its id. */
function dispatched({ client_payload: payload }: Call["body"]): Omit<Hook, "ms" | "sinceMs" | "process"> {
  const { id, ...event } = payload as { id: string; stream: string; sequence: number };
  const { stream, sequence } = event;
  const body = JSON.stringify(event);
  return { kind: "hook", receiver: receivers.workflows, stream, sequence, id, body, isTaken: true, isLate: false };
}

/** The primary rate limit: nothing more until `untilMs`. */
function limited(untilMs: number): Answer {
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.ceil(untilMs / 1_000)) };
  return answer(403, { message: "API rate limit exceeded" }, headers);
}

function reset(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}

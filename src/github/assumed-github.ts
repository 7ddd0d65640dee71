/**
 * GitHub as `replay` and `render` assume it: every write succeeds, ids are invented, lists hold what was written before. A `fetch` for
 * Octokit; nothing leaves the process.
 */
export interface AssumedWrite {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The login of the assumed App: comments are found by author and marker. */
export const assumedBotLogin = "signalman[bot]";

interface Entry {
  readonly id: number;
  readonly [field: string]: unknown;
}

const statusesPath = /\/repos\/([^/]+\/[^/]+)\/statuses\/([0-9a-f]+)$/;
const listStatusesPath = /\/repos\/([^/]+\/[^/]+)\/commits\/([0-9a-f]+)\/statuses$/;
const commentsPath = /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/;
const commentPath = /\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/;

export class AssumedGitHub {
  /** "statuses owner/name sha" or "comments owner/name number" → entries, oldest first. Bounded by what one replay writes. */
  readonly #lists = new Map<string, Entry[]>();
  #lastId = 0;

  /** Octokit's `request.fetch`; each write is handed to `onWrite` before it is answered. */
  fetchWith(onWrite: (write: AssumedWrite) => void): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
    return async (input, init = {}) => this.#fetch({ input, init }, onWrite);
  }

  #fetch(
    { input, init }: { input: string | URL | Request; init: RequestInit },
    onWrite: (write: AssumedWrite) => void,
  ): Response {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" && init.body !== "" ? JSON.parse(init.body) : null;
    if (method !== "GET") onWrite({ method, url, headers: shownHeaders(init.headers), body });
    const { status, answer } = this.#answer(method, new URL(url), body as Record<string, unknown> | null);
    return new Response(JSON.stringify(answer), { status, headers: { "content-type": "application/json; charset=utf-8" } });
  }

  #answer(method: string, url: URL, body: Record<string, unknown> | null): { status: number; answer: unknown } {
    const path = url.pathname;
    const post = statusesPath.exec(path) ?? commentsPath.exec(path);
    if (method === "POST" && post !== null) {
      const list = path.includes("/statuses/") ? "statuses" : "comments";
      return { status: 201, answer: this.#add(`${list} ${post[1]} ${post[2]}`, body ?? {}) };
    }
    const edited = commentPath.exec(path);
    if (method === "PATCH" && edited !== null) return { status: 200, answer: this.#edit(Number(edited[1]), body ?? {}) };
    const statuses = listStatusesPath.exec(path);
    if (statuses !== null) return { status: 200, answer: this.#page(`statuses ${statuses[1]} ${statuses[2]}`, url).toReversed() };
    const comments = commentsPath.exec(path);
    if (comments !== null) return { status: 200, answer: this.#page(`comments ${comments[1]} ${comments[2]}`, url) };
    return { status: 200, answer: {} };
  }

  #add(list: string, fields: Record<string, unknown>): Entry {
    this.#lastId += 1;
    const entry = {
      ...fields,
      id: this.#lastId,
      user: { login: assumedBotLogin, type: "Bot" },
      creator: { login: assumedBotLogin },
    };
    this.#lists.set(list, [...(this.#lists.get(list) ?? []), entry]);
    return entry;
  }

  #edit(id: number, fields: Record<string, unknown>): Entry | null {
    for (const [list, entries] of this.#lists) {
      const index = entries.findIndex((it) => it.id === id);
      const entry = entries[index];
      if (entry === undefined) continue;
      const edited = { ...entry, ...fields };
      this.#lists.set(list, entries.with(index, edited));
      return edited;
    }
    return null;
  }

  /** One page holds all that a replay writes; later pages are empty. */
  #page(list: string, url: URL): readonly Entry[] {
    return Number(url.searchParams.get("page") ?? "1") > 1 ? [] : (this.#lists.get(list) ?? []);
  }
}

/** Headers as they are shown: lower case, secrets masked. */
export function shownHeaders(headers: RequestInit["headers"]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of new Headers(headers)) shown[name] = name === "authorization" ? "***" : value;
  return shown;
}

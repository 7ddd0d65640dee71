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

/**
 * What is made with POST and listed: the list of an entry is what the path and the body name. `entryPath`: where one is changed. In place of the
 * names of a path stand groups, `list` and `of`.
 */
interface Collection {
  readonly postPath: RegExp;
  readonly listPath: RegExp;
  readonly entryPath?: RegExp;
  /** What of a made entry's body belongs to its list: the SHA of what is made without one in its path. */
  readonly listedBy?: string;
  readonly newestFirst: boolean;
  /** The field of the answer that holds the list; absent: the list is the answer. */
  readonly field?: string;
}

const collections: Readonly<Record<string, Collection>> = {
  statuses: {
    postPath: /\/repos\/([^/]+\/[^/]+)\/statuses\/(?<of>[0-9a-f]+)$/,
    listPath: /\/repos\/([^/]+\/[^/]+)\/commits\/(?<of>[0-9a-f]+)\/statuses$/,
    newestFirst: true,
  },
  comments: {
    postPath: /\/repos\/([^/]+\/[^/]+)\/issues\/(?<of>\d+)\/comments$/,
    listPath: /\/repos\/([^/]+\/[^/]+)\/issues\/(?<of>\d+)\/comments$/,
    entryPath: /\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/,
    newestFirst: false,
  },
  checkRuns: {
    postPath: /\/repos\/([^/]+\/[^/]+)\/check-runs$/,
    listPath: /\/repos\/([^/]+\/[^/]+)\/commits\/(?<of>[0-9a-f]+)\/check-runs$/,
    entryPath: /\/repos\/[^/]+\/[^/]+\/check-runs\/(\d+)$/,
    listedBy: "head_sha",
    newestFirst: true,
    field: "check_runs",
  },
  deployments: {
    postPath: /\/repos\/([^/]+\/[^/]+)\/deployments$/,
    listPath: /\/repos\/([^/]+\/[^/]+)\/deployments$/,
    newestFirst: true,
  },
  deploymentStatuses: {
    postPath: /\/repos\/([^/]+\/[^/]+)\/deployments\/(?<of>\d+)\/statuses$/,
    listPath: /\/repos\/([^/]+\/[^/]+)\/deployments\/(?<of>\d+)\/statuses$/,
    newestFirst: true,
  },
};
/** `repository_dispatch`: nothing is kept of it. */
const dispatchesPath = /\/repos\/[^/]+\/[^/]+\/dispatches$/;

export class AssumedGitHub {
  /** "statuses owner/name sha", "comments owner/name number", … → entries, oldest first. Bounded by what one replay writes. */
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
    return new Response(answer === null ? null : JSON.stringify(answer), {
      status,
      headers: { "content-type": "application/json; charset=utf-8" },
    });
  }

  #answer(method: string, url: URL, body: Record<string, unknown> | null): { status: number; answer: unknown } {
    const path = url.pathname;
    if (dispatchesPath.test(path)) return { status: 204, answer: null };
    for (const [kind, collection] of Object.entries(collections)) {
      const { postPath, listPath, entryPath, newestFirst, field } = collection;
      const post = method === "POST" ? postPath.exec(path) : null;
      if (post !== null) return { status: 201, answer: this.#add(listOf({ kind, collection, match: post, body }), body ?? {}) };
      const edited = method === "PATCH" ? entryPath?.exec(path) : null;
      if (edited) return { status: 200, answer: this.#edit(Number(edited[1]), body ?? {}) };
      const listed = method === "GET" ? listPath.exec(path) : null;
      if (listed === null) continue;
      const page = this.#page(listOf({ kind, collection, match: listed, body: null }), url).filter((it) => isAsked(it, url));
      const entries = newestFirst ? page.toReversed() : page;
      return { status: 200, answer: field === undefined ? entries : { total_count: entries.length, [field]: entries } };
    }
    return { status: 200, answer: {} };
  }

  #add(list: string, fields: Record<string, unknown>): Entry {
    this.#lastId += 1;
    const entry = {
      ...fields,
      id: this.#lastId,
      user: { login: assumedBotLogin, type: "Bot" },
      app: { slug: "signalman" },
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

function listOf({
  kind,
  collection,
  match,
  body,
}: {
  kind: string;
  collection: Collection;
  match: RegExpExecArray;
  body: Record<string, unknown> | null;
}): string {
  const named = collection.listedBy === undefined || body === null ? match.groups?.["of"] : body[collection.listedBy];
  return `${kind} ${match[1]} ${typeof named === "string" ? named : ""}`;
}

/** What a list can be asked for beside its path. */
function isAsked(entry: Entry, { searchParams }: URL): boolean {
  const asked = { sha: entry["ref"], environment: entry["environment"], task: entry["task"], check_name: entry["name"] };
  return Object.entries(asked).every(([name, value]) => !searchParams.has(name) || searchParams.get(name) === value);
}

/** Headers as they are shown: lower case, secrets masked. */
export function shownHeaders(headers: RequestInit["headers"]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of new Headers(headers)) shown[name] = name === "authorization" ? "***" : value;
  return shown;
}

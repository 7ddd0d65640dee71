/** One request of Octokit's, taken apart. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Octokit reads no more of a Response than this. */
export type Answer = Pick<Response, "status" | "url" | "headers" | "text">;

/** When a write took effect, and who sent it (ledger.ts). */
export interface Happening {
  readonly ms: number;
  readonly sinceMs: number;
  readonly process: number;
}

export function answer(status: number, data: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const all = new Headers({ "content-type": "application/json; charset=utf-8", ...headers });
  const text = status === 204 ? "" : JSON.stringify(data);
  return { status, url: "https://api.github.com/", headers: all, text: async () => text };
}

/** The page that was asked for. */
export function pageOf<Entry>(entries: readonly Entry[], query: URLSearchParams): readonly Entry[] {
  const perPage = Number(query.get("per_page") ?? "30");
  const page = Number(query.get("page") ?? "1");
  return entries.slice((page - 1) * perPage, page * perPage);
}

import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import type { Fetch } from "./clients.ts";

/** Where a repository is now: its address by id, which keeps through every renaming. */
interface KnownRename {
  readonly path: string;
  readonly untilMs: number;
}

interface Address {
  readonly origin: string;
  /** "" on github.com, "/api/v3" on a GHES. */
  readonly prefix: string;
  /** "/repos/acme/shop" */
  readonly repository: string;
  /** "/statuses/…?per_page=1", "" */
  readonly rest: string;
}

/**
 * A `fetch` that follows a renamed repository: GitHub redirects its old name to its address by id, on the same host (design §5). That is followed
 * once and remembered, so that everything after it speaks to the id. No other redirect is followed: it would carry the request, and with another
 * host perhaps the token, to where nobody meant it to go; it is answered with 421.
 */
export function followedFetch({ fetch, clock }: { fetch: Fetch; clock: Clock }): Fetch {
  const renames = new Map<string, KnownRename>();
  return async (input, init = {}) => {
    const url = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const address = addressOf(url);
    const manual: RequestInit = { ...init, redirect: "manual" };
    if (address === null) return notFollowed(await fetch(url, manual));
    const key = `${address.origin}${address.prefix}${address.repository}`.toLowerCase();
    const known = renames.get(key);
    if (known !== undefined && known.untilMs > clock.now()) {
      const answer = await fetch(`${address.origin}${known.path}${address.rest}`, manual);
      // The repository is gone: somebody else may have the name now.
      if (answer.status === 404) renames.delete(key);
      return notFollowed(answer);
    }
    const answer = await fetch(url, manual);
    const path = renamedPath(answer, address);
    if (path === null) return notFollowed(answer);
    await answer.body?.cancel();
    renames.delete(key);
    renames.set(key, { path, untilMs: clock.now() + limits.renameKnownMs });
    const [oldest] = renames.keys();
    if (renames.size > limits.renamesKnownMax && oldest !== undefined) renames.delete(oldest);
    return notFollowed(await fetch(`${address.origin}${path}${address.rest}`, manual));
  };
}

function addressOf(url: string): Address | null {
  const parsed = URL.parse(url);
  const [, prefix, repository, rest] = /^((?:\/[^/]+)*?)(\/repos\/[^/]+\/[^/]+)(\/.*)?$/.exec(parsed?.pathname ?? "") ?? [];
  if (parsed === null || prefix === undefined || repository === undefined) return null;
  return { origin: parsed.origin, prefix, repository, rest: `${rest ?? ""}${parsed.search}` };
}

/** "/repositories/123" where the answer sends us there, on the same host and below the same base. */
function renamedPath(answer: Response, { origin, prefix }: Address): string | null {
  const to = isRedirect(answer) ? URL.parse(answer.headers.get("location") ?? "", origin) : null;
  if (to === null || to.origin !== origin || !to.pathname.startsWith(`${prefix}/repositories/`)) return null;
  const id = /^\/repositories\/\d+(?=\/|$)/.exec(to.pathname.slice(prefix.length));
  return id === null ? null : `${prefix}${id[0]}`;
}

/** Octokit takes a redirect that it is shown for a success. */
async function notFollowed(answer: Response): Promise<Response> {
  if (!isRedirect(answer)) return answer;
  await answer.body?.cancel();
  const host = URL.parse(answer.headers.get("location") ?? "")?.host ?? "another address";
  const message = `GitHub redirects to ${host}, which is not followed. Name the repository by its present address`;
  return Response.json({ message }, { status: 421 });
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

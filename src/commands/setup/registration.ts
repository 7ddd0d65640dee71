import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { closed, listen, urlOf } from "../../http/listening.ts";
import { htmlOf, type Page, refusalPage, startPage } from "./pages.ts";

export interface RegistrationOptions {
  readonly port: number;
  /** GitHub's page on which Apps are registered. */
  readonly gitHubPage: string;
  readonly manifestFor: (redirectUrl: string) => Readonly<Record<string, unknown>>;
  /** Where a person begins. Told once the page is served. */
  readonly onReady: (url: string) => void;
  /** Called with GitHub's code, once. Its page is shown; `isDone` false is a failure. */
  readonly complete: (code: string) => Promise<{ readonly page: Page; readonly isDone: boolean }>;
}

/**
 * Serves the page on which a person hands the manifest to GitHub, and takes the code that GitHub sends the browser back with. Resolves with whether
 * `complete` succeeded; rejects where the port cannot be had, and with the signal's reason when that is aborted.
 *
 * On 127.0.0.1 alone, and under a path that only the terminal shows: nobody else on the machine can begin. What comes back must carry the state, which
 * only that page holds, so no other site can slip in an App of its own; requests under another host name (DNS rebinding) are refused. One code is
 * taken.
 */
export async function registration(options: RegistrationOptions, signal: AbortSignal): Promise<boolean> {
  const ended = Promise.withResolvers<boolean>();
  const [state, secretPath] = [randomBytes(32).toString("base64url"), `/${randomBytes(16).toString("base64url")}`];
  let base = "";
  let isTaken = false;
  const pageFor = async (request: IncomingMessage): Promise<Page> => {
    const url = URL.parse(request.url ?? "", base);
    if (request.headers.host !== new URL(base).host) return refusalPage(421, `Open ${base} by this address.`);
    if (request.method !== "GET" || url === null) return refusalPage(405, "This page is only looked at.");
    if (url.pathname === secretPath) {
      const registerUrl = `${options.gitHubPage}?state=${state}`;
      return startPage({ registerUrl, manifest: options.manifestFor(`${base}/registered`) });
    }
    if (url.pathname !== "/registered") return refusalPage(404, "Open the address that the terminal shows.");
    const code = url.searchParams.get("code") ?? "";
    if (!isSame(url.searchParams.get("state") ?? "", state)) {
      return refusalPage(403, "This answer was not asked for from here. Begin again at the address that the terminal shows.");
    }
    if (!/^[\w-]{1,200}$/.test(code))
      return refusalPage(400, "GitHub sent no code. Begin again at the address that the terminal shows.");
    if (isTaken) return refusalPage(409, "The code was used already. The terminal says what came of it.");
    isTaken = true;
    const { page, isDone } = await options.complete(code);
    ended.resolve(isDone);
    return page;
  };
  const server = createServer((request, response) => {
    request.resume();
    pageFor(request).then((page) => answer(response, { page, gitHubPage: options.gitHubPage }), ended.reject);
  });
  const give = () => ended.reject(signal.reason instanceof Error ? signal.reason : new Error("ended"));
  await listen(server, { host: "127.0.0.1", port: options.port }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`port ${options.port} of 127.0.0.1 is taken. Name another one with --port; 0 takes a free one`, {
      cause: error,
    });
  });
  base = urlOf(server);
  signal.addEventListener("abort", give, { once: true });
  try {
    if (signal.aborted) give();
    else options.onReady(`${base}${secretPath}`);
    return await ended.promise;
  } finally {
    signal.removeEventListener("abort", give);
    await closed(server);
  }
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function answer(response: ServerResponse, { page, gitHubPage }: { page: Page; gitHubPage: string }): void {
  // What a form leads to counts with every redirect after it, and GitHub's leads back here.
  const policy = `default-src 'none'; form-action 'self' ${new URL(gitHubPage).origin}; frame-ancestors 'none'; base-uri 'none'`;
  response.writeHead(page.status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(htmlOf(page));
}

import { Octokit } from "@octokit/rest";
import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import { type DestinationIo, type HttpRequest, maskedSecret } from "../destinations/destination.ts";
import type { SlotMemories } from "../engine/slot-memories.ts";
import { apiUrl } from "../github/api-url.ts";
import { type AssumedGitHub, assumedBotLogin, shownHeaders } from "../github/assumed-github.ts";

/** A request as `replay` and `render` show it. */
export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, in order; secrets masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** To the byte; "" for none. */
  readonly body: string;
}

interface AssumedIoOptions {
  readonly slots: SlotMemories;
  readonly github: AssumedGitHub;
  /** Base of GitHub's API where no account names one; "" where it follows from the repository's host. */
  readonly gitHubApiUrl: string;
  /** Who speaks to GitHub; null: Signalman itself. */
  readonly account: GitHubAccount | null;
  /** Gets every write before it is answered. */
  readonly onRequest: (request: ShownRequest) => void;
}

/**
 * What destinations may touch where nothing is sent: GitHub answers as `AssumedGitHub` does, webhooks are acknowledged, every Secret is there and
 * is `maskedSecret`.
 */
export function assumedIo({
  slots,
  github,
  gitHubApiUrl,
  account,
  onRequest,
}: AssumedIoOptions): Omit<DestinationIo, "rows" | "now"> {
  const fetch = github.fetchWith(({ body, ...write }) => {
    onRequest({ ...write, body: body === null ? "" : JSON.stringify(body) });
  });
  return {
    github: async ({ host }) =>
      new Octokit({ baseUrl: account?.apiUrl || gitHubApiUrl || apiUrl(host), auth: maskedSecret, request: { fetch } }),
    botLogin: async () => assumedBotLogin,
    http: async ({ method, url, headers, body }: HttpRequest) => {
      onRequest({ method, url, headers: shownHeaders(headers), body });
      return { status: 200, headers: {}, body: "" };
    },
    secret: async () => maskedSecret,
    inSlot: (slot, work) => slots.inSlot(slot, work),
  };
}

import { rowOf } from "../../core/delivery/comment-rows.ts";
import type { Outcome } from "../../core/delivery/outcome.ts";
import type { DestinationIo, Instance } from "../../destinations/destination.ts";
import { applyTo } from "../../destinations/index.ts";
import { shownHeaders } from "../../github/assumed-github.ts";
import type { ShownRequest } from "../assumed-io.ts";
import type { Connections } from "../connections.ts";
import { destinationIo } from "../destination-io.ts";
import { renderTrial } from "../render/render-trial.ts";
import { attemptOf, type Trial } from "../render/trial.ts";

/** A request that was sent, and the status of its answer; null where none came. */
export interface SentRequest {
  readonly request: ShownRequest;
  readonly status: number | null;
}

export interface SentTrial {
  readonly requests: readonly SentRequest[];
  /** Why nothing was sent, though nothing is wrong; "" where something was. */
  readonly silence: string;
  readonly outcome: Outcome;
}

interface SendOptions {
  readonly instance: Instance;
  readonly gitHubApiUrl: string;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

/**
 * Sends a trial, once. It is rendered first: what cannot be made is not sent, and a webhook is shown as it was rendered, by code that never had its
 * secrets. Writes to GitHub are shown as they were made, since what is there already decides which ones they are.
 */
export async function sendTrial(trial: Trial, { instance, gitHubApiUrl, connections, signal }: SendOptions): Promise<SentTrial> {
  const rendered = await renderTrial(trial, { instance, gitHubApiUrl, signal });
  const { silence, failure } = rendered;
  if (silence !== "" || failure !== null) return { requests: [], silence, outcome: failure ?? { kind: "delivered" } };
  const requests: SentRequest[] = [];
  const webhooks = rendered.requests.values();
  const { message } = trial;
  const io: DestinationIo = {
    ...(await wireIo({ connections, signal }))(trial.rule.account),
    rows: () => [rowOf(message)],
    now: () => message.createdMs,
  };
  const http: DestinationIo["http"] = async (request, abort) => {
    const { value } = webhooks.next();
    if (value === undefined) throw new Error("more is sent than was rendered");
    try {
      const answer = await io.http(request, abort);
      requests.push({ request: value, status: answer.status });
      return answer;
    } catch (error) {
      requests.push({ request: value, status: null });
      throw error;
    }
  };
  connections.onGitHubWrite = ({ method, url, headers, body, status }) => {
    requests.push({ request: { method, url, headers: shownHeaders(headers), body }, status });
  };
  const outcome = await applyTo(attemptOf(trial, instance), { ...io, http }, signal);
  const isSilent = outcome.kind === "delivered" && requests.length === 0;
  return { requests, outcome, silence: isSilent ? "what it says is there already" : "" };
}

/** Speaks to GitHub, and to the cluster for its Secrets, only where the destination asks for it. */
async function wireIo({ connections, signal }: Pick<SendOptions, "connections" | "signal">) {
  return destinationIo({
    clients: async (account, abort) => (await connections.accounts(signal)).of(account, abort),
    http: await connections.http(),
    secrets: () => connections.secrets(signal),
  });
}

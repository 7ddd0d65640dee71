import { rowOf } from "../../core/delivery/comment-rows.ts";
import type { Outcome } from "../../core/delivery/outcome.ts";
import type { Instance } from "../../destinations/destination.ts";
import { applyTo } from "../../destinations/index.ts";
import { SlotMemories } from "../../engine/slot-memories.ts";
import { AssumedGitHub } from "../../github/assumed-github.ts";
import { assumedIo, type ShownRequest } from "../assumed-io.ts";
import { attemptOf, silenceOf, type Trial } from "./trial.ts";

/** What a rule would send; `silence` says why it sends nothing, "" where it does. */
export interface RenderedTrial {
  readonly requests: readonly ShownRequest[];
  readonly silence: string;
  /** Why a request could not be made; null where nothing went wrong. */
  readonly failure: Extract<Outcome, { kind: "park" | "retry" | "unknown" }> | null;
}

interface RenderOptions {
  readonly instance: Instance;
  /** Base of GitHub's API; "" where it follows from the repository's host. */
  readonly gitHubApiUrl: string;
  readonly signal: AbortSignal;
}

/** The code of what went wrong: a park's own. */
export function codeOf(failure: NonNullable<RenderedTrial["failure"]>): string {
  return failure.kind === "park" ? failure.code : "Retrying";
}

/** Brings a message to the rule's destination by the `apply` of `run`; its io shows each write and sends none. */
export async function renderTrial(trial: Trial, { instance, gitHubApiUrl, signal }: RenderOptions): Promise<RenderedTrial> {
  const silence = silenceOf(trial);
  if (silence !== "") return { requests: [], silence, failure: null };
  const { message } = trial;
  const requests: ShownRequest[] = [];
  const io = assumedIo({
    slots: new SlotMemories(),
    github: new AssumedGitHub(),
    gitHubApiUrl,
    account: trial.rule.account,
    onRequest: (request) => requests.push(request),
  });
  const ours = { rows: () => [rowOf(message)], now: () => message.createdMs };
  const outcome = await applyTo(attemptOf(trial, instance), { ...io, ...ours }, signal);
  const isSilent = outcome.kind === "delivered" && requests.length === 0;
  return {
    requests,
    silence: isSilent ? `there is nothing to write at ${message.event}` : "",
    failure: outcome.kind === "delivered" ? null : outcome,
  };
}

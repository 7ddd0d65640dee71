import { oneLine } from "../core/template/one-line.ts";
import { systemClock } from "../engine/system-clock.ts";
import { apiUrlOf } from "../github/api-url.ts";
import type { Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import type { Invocation } from "./invocation.ts";
import { isLiveEvent } from "./render/live-events.ts";
import { codeOf } from "./render/render-trial.ts";
import { shownRequest } from "./render/shown-request.ts";
import { silenceOf, titleOf, type Trial } from "./render/trial.ts";
import { type Found, withTrials } from "./render/with-trials.ts";
import { trialInstance } from "../trial-instance.ts";
import { apart } from "./send/apart.ts";
import { type SentTrial, sendTrial } from "./send/send-trial.ts";

/**
 * `send FILE… --event E`: sends what `render` shows, once each, and says what came of it: to try a receiver, its Secrets and the way to it. Exit 0;
 * 1 where a Notification is wrong or something was not delivered; 2 where the call is wrong or a file cannot be read.
 */
export async function send(invocation: Invocation): Promise<number> {
  const { stdout, stderr } = invocation;
  return await withTrials("send", invocation, async ({ trials, settings, instance, connections, signal }: Found) => {
    const refused = sampleOnGitHub(trials, settings);
    if (refused !== "") {
      return tellSettings("send", { kind: "refused", problems: [{ code: "WrongArguments", message: refused }] }, invocation);
    }
    const options = { gitHubApiUrl: apiUrlOf(settings), connections, signal, instance: { ...instance, name: trialInstance } };
    let exitCode = 0;
    for (const it of trials) {
      signal.throwIfAborted();
      const trial = apart(it, systemClock.now());
      const sent = await sendTrial(trial, options);
      stdout.write(settings.renderOutput === "json" ? asJson(sent, trial) : asText(sent, trial));
      stderr.write(said(sent, trial));
      if (sent.outcome.kind !== "delivered") exitCode = 1;
    }
    return exitCode;
  });
}

/** Why a sample is not sent; "" where it is. Nothing is sent at all then: half of it would have to be sorted out by hand. */
function sampleOnGitHub(trials: readonly Trial[], { gitRepo, event }: Settings): string {
  if (gitRepo !== null) return "";
  const sending = trials.filter((it) => silenceOf(it) === "");
  const onGitHub = namesOf(sending.filter((it) => it.rule.config.type !== "webhook"));
  if (onGitHub.length === 0) return "";
  const elsewhere = namesOf(sending.filter((it) => it.rule.config.type === "webhook"));
  const remedies = [
    ...(event !== "" && isLiveEvent(event) ? ["send what is true of a real GitRepo with --gitrepo NAMESPACE/NAME"] : []),
    ...(elsewhere.length === 0 ? [] : [`send one webhook alone with --destination (${elsewhere.join(", ")})`]),
    'see all of it with "signalman render"',
  ];
  const names = onGitHub.map((it) => JSON.stringify(it)).join(", ");
  return `nothing was sent: the commit of a sample is nowhere on GitHub, where ${names} would show it. Remedies: ${remedies.join("; ")}.`;
}

function namesOf(trials: readonly Trial[]): readonly string[] {
  return [...new Set(trials.map((it) => it.rule.destination))];
}

/** What came of a trial, as `--output json` says it and as people read it. */
const verdicts = {
  delivered: "was delivered",
  refused: "was not delivered",
  unknown: "may not have been delivered",
  silent: "sends nothing",
} as const;

function verdictOf({ outcome, silence }: SentTrial): keyof typeof verdicts {
  if (silence !== "") return "silent";
  return outcome.kind === "delivered" || outcome.kind === "unknown" ? outcome.kind : "refused";
}

/** Why it was not delivered, or what else there is to say; "" where nothing. */
function reasonOf({ outcome, silence }: SentTrial): string {
  if (outcome.kind === "retry") return `${outcome.reason}; run would try again`;
  if (outcome.kind !== "delivered") return outcome.reason;
  return silence === "" ? (outcome.remark ?? "") : silence;
}

/** The requests as blocks of an `.http` file, what was answered as its comments. */
function asText({ requests }: SentTrial, trial: Trial): string {
  const blocks = requests.map(({ request, status }) => {
    return `${shownRequest(request, trial)}# ${status === null ? "no answer" : `answered ${status}`}\n\n`;
  });
  return blocks.join("");
}

/** One line a destination, those that send nothing included. */
function asJson(sent: SentTrial, { rule: { notification, destination, target }, message: { event } }: Trial): string {
  const { requests, outcome } = sent;
  const code = outcome.kind === "delivered" ? "" : codeOf(outcome);
  const told = { notification, destination, target, event, outcome: verdictOf(sent), code, reason: reasonOf(sent), requests };
  return `${JSON.stringify(told)}\n`;
}

/** What a person reads beside the requests. */
function said(sent: SentTrial, trial: Trial): string {
  const { outcome } = sent;
  const reason = oneLine(reasonOf(sent));
  const code = outcome.kind === "delivered" ? "" : ` [${codeOf(outcome)}]`;
  return `signalman send: ${titleOf(trial)} ${verdicts[verdictOf(sent)]}${reason === "" ? "" : `: ${reason}`}${code}\n`;
}

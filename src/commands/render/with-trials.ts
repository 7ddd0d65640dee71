import type { Notification } from "../../core/notification/notification.ts";
import { oneLine } from "../../core/template/one-line.ts";
import { nearest } from "../../core/template/suggest.ts";
import type { Instance } from "../../destinations/destination.ts";
import { readSettings, type Settings } from "../../settings.ts";
import type { Verb } from "../../setting.ts";
import { tellSettings } from "../../tell-settings.ts";
import { checkSource, validOf } from "../check/check-source.ts";
import { checkTogether } from "../check/check-together.ts";
import { formatFindings } from "../check/format-findings.ts";
import { readSources } from "../check/source.ts";
import { clusterProblem } from "../cluster-problem.ts";
import { Connections } from "../connections.ts";
import type { Invocation } from "../invocation.ts";
import { isLiveEvent, liveEvents } from "./live-events.ts";
import { sampleTrials } from "./sample-trials.ts";
import type { Trial, Trials } from "./trial.ts";

/** What there is to try: the rules that were asked for, each with what it would be told. */
export interface Found {
  readonly trials: readonly Trial[];
  readonly settings: Settings;
  /** Which Signalman would tell it. */
  readonly instance: Instance;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

/**
 * The way of `render` and `send` to their trials: reads the files that were named, checks them as `check` does, and resolves them for a sample
 * or for the GitRepo of `--gitrepo`. Returns the exit code: that of `use`; 1 where a Notification is wrong, or the cluster cannot be read; 2 where
 * the call is wrong or a file cannot be read.
 */
export async function withTrials(verb: Verb, invocation: Invocation, use: (found: Found) => Promise<number>): Promise<number> {
  const { stdin, stderr, signal = new AbortController().signal } = invocation;
  const read = readSettings(verb, invocation);
  if (read.kind !== "settings") return tellSettings(verb, read, invocation);
  const { settings, operands } = read;
  const misuse = (message: string) => {
    return tellSettings(verb, { kind: "refused", problems: [{ code: "WrongArguments", message }] }, invocation);
  };
  const wrong = wrongCall(settings, operands);
  if (wrong !== "") return misuse(wrong);
  const sources = await readSources(operands, { stdin, signal });
  for (const it of sources) if ("reason" in it) return misuse(`${oneLine(it.file)} cannot be read: ${it.reason}.`);
  const checked = sources.filter((it) => "text" in it).map(checkSource);
  const written = checked.flatMap((it) => it.notifications);
  const findings = [...checked.flatMap((it) => it.findings), ...checkTogether(written)];
  stderr.write(formatFindings(findings, { output: "text", notifications: written.length }));
  if (findings.length > 0) return 1;
  if (written.length === 0)
    return misuse(`${operands.map((it) => oneLine(it)).join(", ")}: there is no Notification or ClusterNotification in it.`);
  const notifications = written.map(validOf).filter((it) => it !== null);
  const connections = new Connections(settings);
  try {
    const { trials, problems, remarks, clusterUid } = await trialsOf(notifications, { settings, connections }, signal);
    for (const { problem } of problems) stderr.write(`signalman ${verb}: ${oneLine(problem.message)} [${problem.code}]\n`);
    for (const remark of remarks) stderr.write(`signalman ${verb}: ${oneLine(remark)}\n`);
    const unknown = unknownName(trials, settings);
    if (unknown !== "") return misuse(unknown);
    const instance = { name: settings.name, cluster: clusterUid, shard: "" };
    const asked = trials.filter((it) => isAskedFor(it, settings));
    const exitCode = await use({ trials: asked, settings, instance, connections, signal });
    return exitCode === 0 && problems.length > 0 ? 1 : exitCode;
  } catch (error) {
    stderr.write(`signalman ${verb}: ${clusterProblem(error)}\n`);
    return 1;
  } finally {
    await connections.close();
  }
}

function wrongCall({ event, gitRepo }: Settings, operands: readonly string[]): string {
  if (operands.length === 0) return "name at least one file, folder, or - for the standard input.";
  if (event === "") return "--event is missing. Write --event GitRepoReady, for instance.";
  if (gitRepo === null || isLiveEvent(event)) return "";
  const can = liveEvents.join(", ");
  return `--gitrepo shows a GitRepo as it is now, of which ${event} cannot be made. Leave --gitrepo out for a sample, or ask for one of ${can}.`;
}

async function trialsOf(
  notifications: readonly Notification[],
  { settings, connections }: { settings: Settings; connections: Connections },
  signal: AbortSignal,
): Promise<Trials> {
  const { event, gitRepo } = settings;
  if (event === "") throw new Error("no event was asked for");
  if (gitRepo === null || !isLiveEvent(event)) return sampleTrials(notifications, event);
  // Who shows a sample needs nothing that speaks to Kubernetes.
  const { liveTrials } = await import("./live-trials.ts");
  return await liveTrials(notifications, { gitRepo, event, settings, connections }, signal);
}

function isAskedFor({ rule }: Trial, { destination, notificationName }: Settings): boolean {
  const isNotification = notificationName === "" || rule.notification.name === notificationName;
  return isNotification && (destination === "" || rule.destination === destination);
}

/** What is wrong with `--notification` and `--destination`; "" where they name something. */
function unknownName(trials: readonly Trial[], { destination, notificationName }: Settings): string {
  const names = [...new Set(trials.map((it) => it.rule.notification.name))];
  if (notificationName !== "" && !names.includes(notificationName))
    return notThere({ what: "Notification", name: notificationName, names });
  const within = trials.filter((it) => notificationName === "" || it.rule.notification.name === notificationName);
  const destinations = [...new Set(within.map((it) => it.rule.destination))];
  if (destination === "" || destinations.includes(destination)) return "";
  return notThere({ what: "destination", name: destination, names: destinations });
}

function notThere({ what, name, names }: { what: string; name: string; names: readonly string[] }): string {
  const meant = nearest(name, names);
  const remedy = meant === null ? `There are: ${names.join(", ") || "none"}.` : `Did you mean ${meant}?`;
  return `there is no ${what} ${JSON.stringify(name)}. ${remedy}`;
}

import type { CoreState } from "./core-state.ts";
import { tellNews } from "./delivery/news.ts";
import type { DeliveryEffect } from "./delivery/effect.ts";
import { closeStream } from "./delivery/state.ts";
import { type StreamIdentity, attemptOf, streamKey } from "./delivery/stream.ts";
import type { GitRepoView } from "./fleet/inventory.ts";
import { limits } from "./limits.ts";
import { composeNews } from "./message/compose-news.ts";
import type { Message } from "./message/message.ts";
import { bundleEvents } from "./notification/destination-events.ts";
import type { EventType, Rule } from "./notification/rule.ts";
import { type BundleState, bundleStates } from "./rollout/bundle-states.ts";
import type { Division } from "./rollout/scope.ts";
import type { ToldBundles } from "./told-bundles.ts";

const eventOf = { deployed: "BundleDeployed", failed: "BundleFailed", drifted: "BundleDrifted" } as const satisfies Record<
  string,
  EventType
>;

export function asksForBundles({ on }: Rule): boolean {
  return bundleEvents.some((it) => on.has(it));
}

/**
 * Tells what there is of single bundles on single clusters to the rules that ask for it (all of one `TargetSet`). Returns when to look again
 * though nothing changes. Costs O(BundleDeployments + those of the rules' targets for each rule).
 */
export function tellBundles(
  state: CoreState,
  { rules, division }: { rules: readonly Rule[]; division: Division },
  now: number,
): { wakeAtMs: number; effects: DeliveryEffect[] } {
  const { states, wakeAtMs } = bundleStates(division, now);
  const effects: DeliveryEffect[] = [];
  let next = wakeAtMs;
  for (const rule of rules) {
    const told = toldBundles(state, { rule, division, states: states.get(rule.target) ?? [] });
    const present = new Set<string>();
    for (const bundle of states.get(rule.target) ?? []) {
      const result = tellBundle(state, { rule, division, told, bundle, present }, now);
      if (result === "full") next = Math.min(next, now + limits.newsPauseMs);
      else effects.push(...result);
    }
    closeOthers(state, { told, present }, now);
  }
  return { wakeAtMs: next, effects };
}

interface Told {
  readonly rule: Rule;
  readonly division: Division;
  readonly told: ToldBundles;
  readonly bundle: BundleState;
  /** Keys of the open streams whose BundleDeployment is there. */
  readonly present: Set<string>;
}

function tellBundle(state: CoreState, { rule, division, told, bundle, present }: Told, now: number): DeliveryEffect[] | "full" {
  const { deployment } = bundle;
  const { uid } = deployment;
  if (bundle.state === "open" && bundle.isNew) told.awaited.add(uid);
  const isNew = told.awaited.has(uid) || (bundle.isNew && !told.deployed.has(uid));
  const isNews = bundle.state === "deployed" ? isNew : bundle.state !== "open";
  if (!isNews && told.open.size === 0) return [];
  const identity = identityOf(rule, { view: division.view, bundle });
  const key = streamKey(identity);
  const isKnown = state.delivery.streams.has(key);
  if (!isKnown && !isNews) return [];
  if (!isKnown && told.open.size >= limits.newsStreamsMax) return "full";
  const message = bundle.state === "open" ? null : messageOf({ rule, division, bundle, event: eventOf[bundle.state] }, now);
  const { isOpen, effects } = tellNews(state.delivery, { identity, rule, message, isQuiet: bundle.state === "deployed" }, now);
  if (bundle.state === "deployed") {
    told.deployed.add(uid);
    told.awaited.delete(uid);
  }
  if (isOpen) {
    told.open.add(key);
    present.add(key);
  } else told.open.delete(key);
  return effects;
}

/** A bundle that is gone, or went to another target with its cluster: nobody will hear of it again here. */
function closeOthers(
  state: CoreState,
  { told, present }: { told: ToldBundles; present: ReadonlySet<string> },
  now: number,
): void {
  for (const key of told.open) {
    if (present.has(key)) continue;
    const stream = state.delivery.streams.get(key);
    if (stream?.head.phase === "sending") continue;
    if (stream !== undefined) closeStream(state.delivery, stream, now);
    told.open.delete(key);
  }
}

/** What was deployed when the rule first asked is nothing new to it (design §4, first sight). */
function toldBundles(
  state: CoreState,
  { rule, division, states }: { rule: Rule; division: Division; states: readonly BundleState[] },
): ToldBundles {
  const { notification, destination, target } = rule;
  const { uid } = division.view.gitRepo;
  const ofGitRepo = state.toldBundles.get(uid) ?? new Map<string, ToldBundles>();
  state.toldBundles.set(uid, ofGitRepo);
  const name = [notification.kind, notification.namespace, notification.name, destination, target].join("/");
  const attempt = division.memory.key === null ? "" : attemptOf(division.memory.key);
  const told = ofGitRepo.get(name) ?? {
    attempt,
    deployed: new Set(states.filter((it) => it.state === "deployed").map((it) => it.deployment.uid)),
    awaited: new Set(),
    open: new Set(openStreams(state, { rule, division })),
  };
  ofGitRepo.set(name, told);
  if (told.attempt !== attempt) {
    told.attempt = attempt;
    told.deployed.clear();
    for (const it of told.awaited) if (!division.view.bundleDeployments.has(it)) told.awaited.delete(it);
  }
  return told;
}

/** What an earlier process left open. */
function openStreams(state: CoreState, { rule, division }: { rule: Rule; division: Division }): string[] {
  const { namespace, name } = division.view.gitRepo;
  const named = { gitRepoNamespace: namespace, gitRepoName: name, target: rule.target };
  const { notification, destination } = rule;
  const prefix = streamKey({ notification, destination, ...named, subject: "bundle/" });
  return [...state.delivery.streams.keys()].filter((it) => it.startsWith(prefix));
}

function identityOf(
  { notification, destination, target }: Rule,
  { view, bundle: { deployment } }: { view: GitRepoView; bundle: BundleState },
): StreamIdentity {
  const { bundleName, clusterNamespace, clusterName } = deployment;
  return {
    notification,
    destination,
    gitRepoNamespace: view.gitRepo.namespace,
    gitRepoName: view.gitRepo.name,
    target,
    subject: `bundle/${bundleName}/${clusterNamespace}/${clusterName}`,
  };
}

function messageOf(
  { rule, division, bundle, event }: Omit<Told, "told" | "present"> & { event: EventType },
  now: number,
): Message {
  const { view, memory } = division;
  const { deployment, message } = bundle;
  return composeNews(
    {
      event,
      target: rule.target,
      gitRepo: view.gitRepo,
      key: memory.key,
      startedMs: memory.startedMs,
      cluster: {
        namespace: deployment.clusterNamespace,
        name: view.clusterOf(deployment)?.displayName ?? deployment.clusterName,
      },
      bundle: { namespace: deployment.bundleNamespace, name: deployment.bundleName },
      failure: message,
    },
    now,
  );
}

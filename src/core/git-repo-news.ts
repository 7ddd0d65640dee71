import type { CoreState } from "./core-state.ts";
import type { DeliveryEffect } from "./delivery/effect.ts";
import { tellNews } from "./delivery/news.ts";
import { type StreamIdentity, type StreamState, seen, streamKey } from "./delivery/stream.ts";
import type { GitRepoRecord } from "./fleet/record.ts";
import { limits } from "./limits.ts";
import { composeNews } from "./message/compose-news.ts";
import type { Rule } from "./notification/rule.ts";
import { ruleWithoutLabels } from "./rule-of-lost.ts";

/**
 * `GitRepoAdded`: a GitRepo that was made after the Notification was. It is about the GitRepo and not about some of its clusters, so the
 * unnamed target's rule tells it. The stream stays, or each restart would tell it again.
 */
export function tellAdded(
  state: CoreState,
  { rule, gitRepo }: { rule: Rule; gitRepo: GitRepoRecord },
  now: number,
): DeliveryEffect[] {
  if (rule.target !== "" || !rule.on.has("GitRepoAdded") || gitRepo.creationMs <= rule.creationMs) return [];
  const identity = identityOf(rule, gitRepo);
  const isNews = now - gitRepo.creationMs <= limits.addedMsMax || state.delivery.streams.has(streamKey(identity));
  if (!isNews) return [];
  const message = composeNews(
    { event: "GitRepoAdded", target: "", gitRepo, key: null, startedMs: gitRepo.creationMs, failure: "" },
    now,
  );
  return tellNews(state.delivery, { identity, rule, message, isQuiet: false }, now).effects;
}

/** `GitRepoRemoved`, told by the rule of one of its streams when that has lost its GitRepo (`ruleOfLost`), or of the unnamed target's. */
export function tellRemoved(state: CoreState, stream: StreamState, now: number): void {
  const { identity } = stream;
  if (identity.subject !== "") return;
  const named = { namespace: identity.gitRepoNamespace, name: identity.gitRepoName };
  const rule = identity.target === "" ? stream.rule : ruleWithoutLabels(state, { ...identity, target: "", repo: stream.repo });
  if (rule === null || rule.suspended || !rule.on.has("GitRepoRemoved")) return;
  const gitRepo = { uid: stream.gitRepoUid, ...named, repo: stream.repo, branch: "", revision: "" };
  const commit = seen(stream).at(-1)?.commit ?? "";
  const key = { gitRepoUid: stream.gitRepoUid, commit, generation: 0, forceSyncGeneration: 0 };
  const message = composeNews({ event: "GitRepoRemoved", target: "", gitRepo, key, startedMs: 0, failure: "" }, now);
  tellNews(state.delivery, { identity: identityOf(rule, gitRepo), rule, message, isQuiet: false }, now);
}

function identityOf(
  { notification, destination, target }: Rule,
  { namespace, name }: Pick<GitRepoRecord, "namespace" | "name">,
): StreamIdentity {
  return { notification, destination, gitRepoNamespace: namespace, gitRepoName: name, target, subject: "gitRepo" };
}

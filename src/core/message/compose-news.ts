import { limits } from "../limits.ts";
import type { EventType } from "../notification/rule.ts";
import type { GitRepoRecord } from "../fleet/record.ts";
import type { RolloutKey } from "../rollout/rollout.ts";
import { cut } from "../template/cut.ts";
import { shortenError } from "./error-text.ts";
import type { Message, MessageCluster } from "./message.ts";

/** What there is to say of something that is no rollout: a GitRepo itself, one bundle on one cluster, one cluster. */
export interface NewsSaying {
  readonly event: EventType;
  readonly target: string;
  /** null: it is about no GitRepo. */
  readonly gitRepo: Pick<GitRepoRecord, "uid" | "namespace" | "name" | "repo" | "branch" | "revision"> | null;
  /** null where there is no rollout (yet). */
  readonly key: RolloutKey | null;
  readonly startedMs: number;
  readonly cluster?: MessageCluster;
  readonly bundle?: { readonly namespace: string; readonly name: string };
  /** Why it failed or differs, in Fleet's words; "" where nothing did. */
  readonly failure: string;
}

const messageTextMax = 400;
const noGitRepo = { uid: "", namespace: "", name: "", repo: "", branch: "", revision: "" };
const noClusters = { total: 0, ready: 0, failed: 0, offline: 0, paused: 0, updating: 0 };

/** Makes a message of it. What it is not about is empty or 0; `id` and `sequence` are given when its turn in the stream comes. */
export function composeNews(saying: NewsSaying, now: number): Message {
  const { uid, namespace, name, repo, branch, revision } = saying.gitRepo ?? noGitRepo;
  const text = (it: string) => cut(it, messageTextMax);
  const failure = shortenError(saying.failure, messageTextMax);
  const hasFailed = saying.event === "BundleFailed" || saying.event === "BundleDrifted";
  return {
    id: "",
    sequence: 0,
    event: saying.event,
    epoch: 0,
    commit: saying.key?.commit ?? "",
    previousCommit: "",
    relation: "same",
    rolledBackTo: "",
    rolledBackFrom: "",
    createdMs: now,
    gitRepo: { uid, namespace, name, repo: text(repo), branch: text(branch), revision: text(revision) },
    target: saying.target,
    ...(saying.cluster !== undefined && { cluster: saying.cluster }),
    ...(saying.bundle !== undefined && { bundle: saying.bundle }),
    rollout: {
      key: saying.key ?? { gitRepoUid: uid, commit: "", generation: 0, forceSyncGeneration: 0 },
      phase:
        saying.event === "GitRepoRemoved"
          ? "removed"
          : hasFailed
            ? "failed"
            : saying.event === "BundleDeployed"
              ? "ready"
              : "deploying",
      applied: saying.bundle !== undefined,
      holding: false,
      changed: saying.bundle !== undefined,
      clusters: { ...noClusters, offlineNames: [], pausedNames: [], failedNames: [], updatingNames: [] },
      bundles: 0,
      startedMs: saying.startedMs,
      failure: hasFailed ? { kind: "bundle", message: failure, clusters: failureOf(saying, failure) } : null,
      waitingFor: [],
    },
    pullRequests: [],
    fates: [],
  };
}

function failureOf({ cluster, bundle }: NewsSaying, message: string): { cluster: string; bundle: string; message: string }[] {
  const named = { cluster: cluster?.name ?? "", bundle: bundle?.name ?? "", message };
  return [named].slice(0, limits.namesInDescriptionMax);
}

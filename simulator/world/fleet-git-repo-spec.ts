import type { FleetTarget, GitRepoSpec } from "./fleet-model.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";

/** What is written where nobody says otherwise: Fleet polls every 15 s. */
export const pollingIntervalMsDefault = 15_000;

interface WrittenTarget {
  readonly name?: string;
  readonly clusterName?: string;
  readonly clusterSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

interface Written {
  readonly repo?: string;
  readonly branch?: string;
  readonly revision?: string;
  readonly pollingInterval?: string;
  readonly targets?: readonly WrittenTarget[];
  readonly paused?: boolean;
  readonly forceSyncGeneration?: number;
}

/** Fleet's, where a GitRepo names none. */
const branchDefault = "master";

/**
 * A GitRepo as a client wrote it. Targets are understood by `clusterName` and `clusterSelector.matchLabels`; one without either takes no
 * cluster, and no targets mean the ClusterGroup `default`, which is not there. `branch`: of a GitRepo that is pinned and names none.
 */
export function readGitRepoSpec({ metadata, spec }: KubernetesObject, { branch = branchDefault } = {}): GitRepoSpec {
  const written = (spec ?? {}) as Written;
  const { repo = "", revision = "" } = written;
  return {
    repo,
    branch: written.branch ?? (revision === "" ? branchDefault : branch),
    revision,
    pollingIntervalMs: written.pollingInterval === undefined ? pollingIntervalMsDefault : durationMs(written.pollingInterval),
    targets: (written.targets ?? []).flatMap(readTarget),
    paused: written.paused ?? false,
    forceSyncGeneration: written.forceSyncGeneration ?? 0,
    labels: metadata.labels ?? {},
  };
}

function readTarget({ name = "", clusterName, clusterSelector }: WrittenTarget): readonly FleetTarget[] {
  if (clusterName !== undefined) return [{ name, clusterName, matchLabels: {} }];
  return clusterSelector === undefined ? [] : [{ name, matchLabels: clusterSelector.matchLabels ?? {} }];
}

/** The spec as Fleet's objects carry it. */
export function writtenSpec(spec: GitRepoSpec): Written {
  const { repo, branch, revision, pollingIntervalMs, paused, forceSyncGeneration, targets } = spec;
  return {
    // A GitRepo that is pinned to a revision names no branch: with both, Fleet labels one and deploys the other (fleet-facts §1.1).
    ...(revision === "" ? { branch } : { revision }),
    ...(forceSyncGeneration === 0 ? {} : { forceSyncGeneration }),
    ...(paused ? { paused } : {}),
    pollingInterval: duration(pollingIntervalMs),
    repo,
    targets: targets.map(writtenTarget),
  };
}

/** A target as GitRepos and Bundles carry it. */
export function writtenTarget({ name, clusterName, matchLabels }: FleetTarget): WrittenTarget {
  return clusterName === undefined ? { clusterSelector: { matchLabels }, name } : { clusterName, name };
}

/** Go's form of a duration: `15s`, `500ms`. */
function duration(ms: number): string {
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `1m30s` → 90,000. What is no duration counts for nothing, as the API server would have refused it. */
function durationMs(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0) || pollingIntervalMsDefault;
}

import type { Played, TimedChange } from "./fleet-recorded-story.ts";

/** The stretches of time in which Fleet's objects do not yet agree with each other, or with the clusters (fleet-facts §1.1, §1.2). */
export type Window =
  | "poll sees a commit → its Job is made"
  | "Job is made → GitRepo names the commit"
  | "GitRepo names the commit → a Bundle does"
  | "Bundle names the commit → all of its BundleDeployments do"
  | "deploymentID moves → agent reports it applied"
  | "Fleet says Ready of a commit → it is true"
  | "all BundleDeployments are ready → GitRepo says so";

/** How long each window was open, each time that it was; milliseconds. */
export type Windows = ReadonlyMap<Window, readonly number[]>;

export function windowsOf({ changes, trueMs }: Played, gitRepo: string): Windows {
  const windows = new Map<Window, number[]>();
  const note = (window: Window, fromMs: number | undefined, toMs: number | undefined) => {
    if (fromMs === undefined || toMs === undefined) return;
    windows.set(window, [...(windows.get(window) ?? []), toMs - fromMs]);
  };
  const of = (kind: string) => changes.filter((change) => change.kind === kind && change.type !== "DELETED");
  const [gitRepos, jobs, bundles, deployments] = [of("GitRepo"), of("Job"), of("Bundle"), of("BundleDeployment")];
  const made = jobs.filter(({ type }) => type === "ADDED");
  for (const job of made) {
    const commit = job.object.metadata.annotations?.["commit"] ?? "";
    // A commit that was there before (a revision that is pinned, a change of the spec) opens no window anew.
    if (made.find((it) => it.object.metadata.annotations?.["commit"] === commit) !== job) continue;
    const polled = firstMs(gitRepos, ({ status }) => status?.pollingCommit === commit);
    const named = firstMs(gitRepos, ({ status }) => status?.commit === commit);
    const labelled = bundles.filter((bundle) => labelOf(bundle) === commit);
    note("poll sees a commit → its Job is made", polled, job.ms);
    note("Job is made → GitRepo names the commit", job.ms, named);
    note("GitRepo names the commit → a Bundle does", named, labelled[0]?.ms);
    for (const name of new Set(labelled.map(({ object }) => object.metadata.name))) {
      const own = deployments.filter((it) => it.object.metadata.name === name);
      const namespaces = new Set(own.map(({ object }) => object.metadata.namespace));
      const moved = [...namespaces].map((namespace) =>
        firstMs(own, (object) => object.metadata.namespace === namespace && labelled.length > 0 && labelText(object) === commit),
      );
      if (moved.includes(undefined)) continue;
      const bundleMs = labelled.find(({ object }) => object.metadata.name === name)?.ms;
      note("Bundle names the commit → all of its BundleDeployments do", bundleMs, Math.max(...moved.map((ms) => ms ?? 0)));
    }
    const said = firstMs(gitRepos, ({ status }) => status?.commit === commit && isReady(status));
    const wasTrueMs = trueMs.get(commit);
    if (said !== undefined && wasTrueMs !== undefined && wasTrueMs > said)
      note("Fleet says Ready of a commit → it is true", said, wasTrueMs);
  }
  noteAgents(deployments, note);
  noteSummaries({ changes, gitRepo }, note);
  return windows;
}

type Note = (window: Window, fromMs: number | undefined, toMs: number | undefined) => void;

function noteAgents(deployments: readonly TimedChange[], note: Note): void {
  const wanted = new Map<string, { id: string; ms: number }>();
  for (const { object, ms } of deployments) {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const id = object.spec?.deploymentID ?? "";
    const before = wanted.get(key);
    if (id !== "" && before?.id !== id) wanted.set(key, { id, ms });
    const open = wanted.get(key);
    if (open === undefined || open.ms < 0 || object.status?.appliedDeploymentID !== open.id) continue;
    if (open.ms !== ms) note("deploymentID moves → agent reports it applied", open.ms, ms);
    wanted.set(key, { id: open.id, ms: -1 });
  }
}

/** From the last BundleDeployment that became ready to the GitRepo's `Ready`, where that had been False. */
function noteSummaries({ changes, gitRepo }: { changes: readonly TimedChange[]; gitRepo: string }, note: Note): void {
  const ready = new Map<string, boolean>();
  let allReadyMs: number | undefined;
  let saidReady = true;
  for (const { kind, type, object, ms } of changes) {
    if (kind === "BundleDeployment") {
      const key = `${object.metadata.namespace}/${object.metadata.name}`;
      const { spec, status } = object;
      if (type === "DELETED") ready.delete(key);
      else ready.set(key, isReady(status) && status?.appliedDeploymentID === spec?.deploymentID);
      if (![...ready.values()].every(Boolean)) allReadyMs = undefined;
      else allReadyMs ??= ms;
    }
    if (kind !== "GitRepo" || object.metadata.name !== gitRepo) continue;
    const saysReady = isReady(object.status);
    if (saysReady && !saidReady && allReadyMs !== undefined)
      note("all BundleDeployments are ready → GitRepo says so", allReadyMs, ms);
    saidReady = saysReady;
  }
}

function firstMs(changes: readonly TimedChange[], holds: (object: TimedChange["object"]) => boolean): number | undefined {
  return changes.find(({ object }) => holds(object))?.ms;
}

function labelOf({ object }: TimedChange): string | undefined {
  return labelText(object);
}

function labelText({ metadata }: TimedChange["object"]): string | undefined {
  return metadata.labels?.["fleet.cattle.io/commit"];
}

function isReady(status: TimedChange["object"]["status"]): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
}

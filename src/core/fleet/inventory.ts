import { limits } from "../limits.ts";
import { ChangeLog } from "./change-log.ts";
import { matchesLabels } from "./label-selector.ts";
import type {
  BundleDeploymentRecord,
  BundleRecord,
  ClusterGroupRecord,
  ClusterRecord,
  FleetChange,
  FleetRecord,
  GitRepoRecord,
  JobRecord,
} from "./record.ts";
import { isSameRecord } from "./same-record.ts";
import { StringPool } from "./string-pool.ts";

/** The Jobs of one GitRepo that were seen to end, in that order, deleted ones too; `count` grows by one with each, `recent` is bounded. */
export interface EndedJobs {
  readonly count: number;
  readonly recent: readonly JobRecord[];
}

/** Everything about one GitRepo. The collections are live: read them before the next `apply`, and don't keep them. */
export interface GitRepoView {
  readonly gitRepo: GitRepoRecord;
  /** The Jobs that it owns, by uid. */
  readonly jobs: ReadonlyMap<string, JobRecord>;
  readonly endedJobs: EndedJobs;
  /** By uid. */
  readonly bundles: ReadonlyMap<string, BundleRecord>;
  readonly bundleDeployments: ReadonlyMap<string, BundleDeploymentRecord>;
  /** Notes the uid of each Bundle and BundleDeployment that came, changed or went. */
  readonly changes: Pick<ChangeLog, "version" | "since">;
  /** The cluster of a BundleDeployment; null where it is not known (yet). */
  clusterOf(deployment: BundleDeploymentRecord): ClusterRecord | null;
}

/** What belongs to a GitRepo's name: Fleet ties Bundles and BundleDeployments to it by namespace and name, not by uid. */
interface Scope {
  gitRepo: GitRepoRecord | null;
  readonly bundles: Map<string, BundleRecord>;
  readonly bundleDeployments: Map<string, BundleDeploymentRecord>;
  readonly changes: ChangeLog;
}

interface Jobs {
  readonly present: Map<string, JobRecord>;
  ended: EndedJobs;
}

const noJobs: Jobs = { present: new Map(), ended: { count: 0, recent: [] } };

/**
 * The records of all of Fleet's objects, found from a GitRepo in O(its own objects). One change costs O(1), a Cluster's O(GitRepos on it).
 *
 * A GitRepo that was deleted and made anew under its name has another uid: Jobs stay with the uid that owns them, Bundles and
 * BundleDeployments belong to whoever has the name now.
 */
export class Inventory {
  readonly #records = new Map<string, FleetRecord>();
  /** By `namespace/name` of the GitRepo. */
  readonly #scopes = new Map<string, Scope>();
  /** By the GitRepo's uid. */
  readonly #jobs = new Map<string, Jobs>();
  /** By `namespace/name`. */
  readonly #clusters = new Map<string, ClusterRecord>();
  /** By namespace, then by uid. */
  readonly #clusterGroups = new Map<string, Map<string, ClusterGroupRecord>>();
  #clusterGroupsVersion = 0;
  /** `namespace/name` of a cluster → scopes → how many BundleDeployments of the scope are on it. */
  readonly #scopesOnCluster = new Map<string, Map<string, number>>();
  readonly #pool = new StringPool();
  #scopesMade = 0;

  /** Takes one change and returns the uids of the GitRepos that it concerns: those are to be judged anew. */
  apply(change: FleetChange): ReadonlySet<string> {
    const touched = new Set<string>();
    const uid = change.kind === "put" ? change.record.uid : change.uid;
    const before = this.#records.get(uid);
    if (change.kind === "put" && before !== undefined && isSameRecord(before, change.record)) return touched;
    const isUpdate = change.kind === "put" && before !== undefined && placeOf(before) === placeOf(change.record);
    if (before !== undefined && !isUpdate) this.#remove(before, touched);
    if (change.kind === "put") this.#put(change.record, { isUpdate, touched });
    return touched;
  }

  /** null where no GitRepo has that uid (any more). */
  view(gitRepoUid: string): GitRepoView | null {
    const gitRepo = this.#records.get(gitRepoUid);
    if (gitRepo?.kind !== "GitRepo") return null;
    const scope = this.#scopes.get(keyOf(gitRepo.namespace, gitRepo.name));
    if (scope === undefined || scope.gitRepo?.uid !== gitRepoUid) return null;
    const { present, ended } = this.#jobs.get(gitRepoUid) ?? noJobs;
    return {
      gitRepo,
      jobs: present,
      endedJobs: ended,
      bundles: scope.bundles,
      bundleDeployments: scope.bundleDeployments,
      changes: scope.changes,
      clusterOf: (deployment) => this.cluster(deployment.clusterNamespace, deployment.clusterName),
    };
  }

  *gitRepos(): Generator<GitRepoRecord> {
    for (const { gitRepo } of this.#scopes.values()) if (gitRepo !== null) yield gitRepo;
  }

  /** null where it is not known (yet, or any more). */
  cluster(namespace: string, name: string): ClusterRecord | null {
    return this.#clusters.get(keyOf(namespace, name)) ?? null;
  }

  clusters(): IterableIterator<ClusterRecord> {
    return this.#clusters.values();
  }

  /** Changes with every ClusterGroup that comes, goes or selects otherwise. */
  get clusterGroupsVersion(): number {
    return this.#clusterGroupsVersion;
  }

  /** Names of the ClusterGroups that the cluster is in: those of its namespace that select its labels, as Fleet has it. */
  groupsOf({ namespace, labels }: ClusterRecord): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { name, selector } of this.#clusterGroups.get(namespace)?.values() ?? []) {
      if (selector !== null && matchesLabels(selector, labels)) names.add(name);
    }
    return names;
  }

  #put(record: FleetRecord, { isUpdate, touched }: { isUpdate: boolean; touched: Set<string> }): void {
    const kept = record.kind === "BundleDeployment" ? this.#pool.shareBundleDeployment(record) : record;
    this.#records.set(kept.uid, kept);
    switch (kept.kind) {
      case "GitRepo":
        return this.#putGitRepo(kept, touched);
      case "Job":
        return this.#putJob(kept, touched);
      case "Bundle": {
        const scope = this.#scope(keyOf(kept.namespace, kept.gitRepoName));
        scope.bundles.set(kept.uid, kept);
        return noteChange(scope, kept.uid, touched);
      }
      case "BundleDeployment": {
        const key = keyOf(kept.bundleNamespace, kept.gitRepoName);
        const scope = this.#scope(key);
        scope.bundleDeployments.set(kept.uid, kept);
        if (!isUpdate) this.#countOnCluster(kept, key, 1);
        return noteChange(scope, kept.uid, touched);
      }
      case "Cluster":
        this.#clusters.set(keyOf(kept.namespace, kept.name), kept);
        return this.#touchCluster(kept, touched);
      case "ClusterGroup": {
        const groups = this.#clusterGroups.get(kept.namespace) ?? new Map<string, ClusterGroupRecord>();
        this.#clusterGroups.set(kept.namespace, groups.set(kept.uid, kept));
        return this.#touchClustersOf(kept.namespace, touched);
      }
    }
  }

  #remove(record: FleetRecord, touched: Set<string>): void {
    this.#records.delete(record.uid);
    switch (record.kind) {
      case "GitRepo":
        return this.#removeGitRepo(record, touched);
      case "Job":
        this.#jobs.get(record.gitRepoUid)?.present.delete(record.uid);
        this.#forgetJobs(record.gitRepoUid);
        touched.add(record.gitRepoUid);
        return;
      case "Bundle": {
        const key = keyOf(record.namespace, record.gitRepoName);
        const scope = this.#scope(key);
        scope.bundles.delete(record.uid);
        noteChange(scope, record.uid, touched);
        return this.#forgetScope(key, scope);
      }
      case "BundleDeployment": {
        const key = keyOf(record.bundleNamespace, record.gitRepoName);
        const scope = this.#scope(key);
        scope.bundleDeployments.delete(record.uid);
        this.#countOnCluster(record, key, -1);
        noteChange(scope, record.uid, touched);
        return this.#forgetScope(key, scope);
      }
      case "Cluster": {
        const key = keyOf(record.namespace, record.name);
        // After a gap the new one of the same name may have come first.
        if (this.#clusters.get(key)?.uid === record.uid) this.#clusters.delete(key);
        return this.#touchCluster(record, touched);
      }
      case "ClusterGroup":
        this.#clusterGroups.get(record.namespace)?.delete(record.uid);
        return this.#touchClustersOf(record.namespace, touched);
    }
  }

  #putGitRepo(record: GitRepoRecord, touched: Set<string>): void {
    const scope = this.#scope(keyOf(record.namespace, record.name));
    const holder = scope.gitRepo;
    touched.add(record.uid);
    // After a gap the old one's last state may come after the new one of the same name.
    if (holder !== null && holder.uid !== record.uid && holder.creationMs > record.creationMs) return;
    if (holder !== null) touched.add(holder.uid);
    scope.gitRepo = record;
  }

  #removeGitRepo(record: GitRepoRecord, touched: Set<string>): void {
    const key = keyOf(record.namespace, record.name);
    const scope = this.#scope(key);
    if (scope.gitRepo?.uid === record.uid) scope.gitRepo = null;
    touched.add(record.uid);
    this.#forgetJobs(record.uid);
    this.#forgetScope(key, scope);
  }

  #putJob(job: JobRecord, touched: Set<string>): void {
    const jobs = this.#jobs.get(job.gitRepoUid) ?? { present: new Map<string, JobRecord>(), ended: noJobs.ended };
    this.#jobs.set(job.gitRepoUid, jobs);
    jobs.present.set(job.uid, job);
    const { count, recent } = jobs.ended;
    if (job.outcome !== "unfinished" && !recent.some((it) => it.uid === job.uid)) {
      jobs.ended = { count: count + 1, recent: [...recent, job].slice(-limits.endedJobsMax) };
    }
    touched.add(job.gitRepoUid);
  }

  #scope(key: string): Scope {
    const known = this.#scopes.get(key);
    if (known !== undefined) return known;
    const changes = new ChangeLog(this.#scopesMade * 2 ** 32);
    this.#scopesMade += 1;
    const scope: Scope = { gitRepo: null, bundles: new Map(), bundleDeployments: new Map(), changes };
    this.#scopes.set(key, scope);
    return scope;
  }

  #forgetScope(key: string, scope: Scope): void {
    if (scope.gitRepo === null && scope.bundles.size === 0 && scope.bundleDeployments.size === 0) this.#scopes.delete(key);
  }

  /** Ended Jobs are remembered as long as their GitRepo is there. */
  #forgetJobs(gitRepoUid: string): void {
    if (!this.#records.has(gitRepoUid) && this.#jobs.get(gitRepoUid)?.present.size === 0) this.#jobs.delete(gitRepoUid);
  }

  #countOnCluster(record: BundleDeploymentRecord, scopeKey: string, by: 1 | -1): void {
    const key = keyOf(record.clusterNamespace, record.clusterName);
    const scopes = this.#scopesOnCluster.get(key) ?? new Map<string, number>();
    this.#scopesOnCluster.set(key, scopes);
    const count = (scopes.get(scopeKey) ?? 0) + by;
    if (count > 0) scopes.set(scopeKey, count);
    else scopes.delete(scopeKey);
    if (scopes.size === 0) this.#scopesOnCluster.delete(key);
  }

  #touchCluster(record: ClusterRecord, touched: Set<string>): void {
    for (const key of this.#scopesOnCluster.get(keyOf(record.namespace, record.name))?.keys() ?? []) {
      const uid = this.#scopes.get(key)?.gitRepo?.uid;
      if (uid !== undefined) touched.add(uid);
    }
  }

  /** A group that changed may have any cluster of its namespace. */
  #touchClustersOf(namespace: string, touched: Set<string>): void {
    this.#clusterGroupsVersion += 1;
    for (const cluster of this.#clusters.values()) if (cluster.namespace === namespace) this.#touchCluster(cluster, touched);
  }
}

function noteChange(scope: Scope, uid: string, touched: Set<string>): void {
  scope.changes.note(uid);
  if (scope.gitRepo !== null) touched.add(scope.gitRepo.uid);
}

/** Where a record is indexed: while this stays the same, a new state just takes the old one's place. */
function placeOf(record: FleetRecord): string {
  switch (record.kind) {
    case "GitRepo":
    case "Cluster":
    case "ClusterGroup":
      return keyOf(record.namespace, record.name);
    case "Job":
      return record.gitRepoUid;
    case "Bundle":
      return keyOf(record.namespace, record.gitRepoName);
    case "BundleDeployment":
      return `${keyOf(record.bundleNamespace, record.gitRepoName)} ${keyOf(record.clusterNamespace, record.clusterName)}`;
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

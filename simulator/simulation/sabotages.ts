import type { CoreState } from "../../src/core/core-state.ts";
import type { BundleDeploymentRecord, FleetChange, FleetRecord } from "../../src/core/fleet/record.ts";
import type { Send } from "../../src/core/delivery/effect.ts";
import type { Clock, DeliveryStore, RepositoryHost } from "../../src/engine/ports.ts";
import type { EventType } from "../../src/core/notification/rule.ts";
import { isSha } from "../../src/core/rollout/is-confirmed.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { gitHubSabotages } from "./git-hub-sabotages.ts";
import { leaseSabotages } from "./lease-sabotages.ts";
import { type Sabotage, sabotage } from "./sabotage.ts";
import type { Seams } from "./seams.ts";

/** By the name that `npm run simulate -- --sabotage NAME` takes. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  "intent-not-stored": sabotage("what is about to be sent is said to be stored, and is not", {
    store: (store) => ({ ...store, save: async () => ({ kind: "saved" }) }),
  }),
  "failed-save-believed": sabotage("a write to Kubernetes that failed is taken for one that succeeded", { store: believing }),
  "deliveries-forgotten": sabotage("a new process does not read what is stored", { loaded: () => [] }),
  "acknowledged-alone": sabotage("a commit is compared with the acknowledged cursor alone", {
    clock: (clock, state) => eachTurn(clock, state, forgetPossible),
  }),
  "no-ancestry": sabotage("every commit is taken for newer than every other", {
    host: (host) => ancestry(host, async () => ({ kind: "known", status: "ahead", commits: [] })),
  }),
  "other-line-taken-for-newer": sabotage("a commit on another line is taken for newer (a force-push, another branch)", {
    host: (host) =>
      ancestry(host, async (...question) => {
        const answer = await host.relation(...question);
        return answer.kind === "known" && answer.status === "diverged" ? { ...answer, status: "ahead" } : answer;
      }),
  }),
  "targets-exchanged": sabotage("the clusters of one target are taken for those of another one", {
    fleet: onRecords((it) => {
      const { stage = "" } = it.kind === "Cluster" ? it.labels : {};
      return it.kind === "Cluster" && stage !== "" ? { ...it, labels: { stage: stage === "prod" ? "dev" : "prod" } } : it;
    }),
  }),
  "settle-ignored": sabotage("a success is said at once", { notification: withoutSettle }),
  "suspension-ignored": sabotage("a Notification that is suspended is taken for one in force", { notification: inForce }),
  "selection-ignored": sabotage("a Notification is taken for one about every GitRepo", { notification: aboutAll }),
  "head-not-asked": sabotage("GitHub is believed to show the commit that Fleet names, whatever it shows", { host: agreeing }),
  "cluster-applied-ignored": sabotage("what a cluster is to apply is taken for applied (rule C)", {
    fleet: onDeployments((it) => ({
      ...it,
      appliedDeploymentId: it.deploymentId,
      isReady: true,
      nonModified: true,
      ready: null,
    })),
  }),
  "cluster-commit-ignored": sabotage("a BundleDeployment of any commit counts for the current one (rule C)", {
    fleet: labelled(),
  }),
  // Either of the two rules alone denies it: both have to be broken.
  "health-ignored": sabotage("what is not ready counts as ready, on each cluster and in the Bundle's sums (rules B and C)", {
    fleet: onRecords((it) => {
      if (it.kind === "Bundle") return { ...it, unavailablePartitions: 0, partitionsUnavailable: 0 };
      if (it.kind !== "BundleDeployment") return it;
      return { ...it, isReady: true, resourceMessage: "", ready: it.ready && { ...it.ready, status: "True" } };
    }),
  }),
  "drift-ignored": sabotage("live resources that differ count as those of the commit (rule C)", {
    fleet: onDeployments((it) => ({ ...it, nonModified: true, ready: it.ready && { ...it.ready, status: "True" } })),
  }),
  "job-ignored": sabotage("a Job counts as complete, whatever became of it (rule A)", {
    fleet: onRecords((it) => {
      if (it.kind === "GitRepo") return { ...it, gitJobStatus: "Current", stalled: null };
      return it.kind === "Job" ? { ...it, outcome: "complete" } : it;
    }),
  }),
  "new-id-on-retry": sabotage("every attempt of a webhook has an id of its own", {
    io: (io) => ({ ...io, http: renaming(io.http) }),
  }),
  "stale-retry": sabotage("a message that failed is tried again after a later one was taken", {
    io: (io, send) => ({ ...io, http: keepingStale(io.http, send) }),
  }),
  "lost-answer-believed": sabotage("a webhook that could not be connected is taken for delivered", {
    io: (io) => ({ ...io, http: trusting(io.http) }),
  }),
  "receivers-error-believed": sabotage("an error of a receiver is taken for delivered", {
    io: (io) => ({
      ...io,
      http: async (...request) => ({ ...(await io.http(...request)), status: 200 }),
    }),
  }),
  "bundle-failure-swallowed": sabotage("that a bundle failed on a cluster is said to be told, and is not", {
    io: (io) => ({ ...io, http: onType("BundleFailed", io.http, () => null) }),
  }),
  "bundle-failure-reversed": sabotage("of a bundle that failed on a cluster it is told that it was deployed", {
    io: (io) => ({ ...io, http: onType("BundleFailed", io.http, (body) => body.replaceAll("BundleFailed", "BundleDeployed")) }),
  }),
  "offline-ignored": sabotage("a cluster's agent is taken for one that has just checked in", {
    fleet: onRecords((it) => (it.kind === "Cluster" ? { ...it, lastSeenMs: Infinity } : it)),
  }),
  "offline-too-early": sabotage("a cluster is taken for offline ten minutes too early", {
    fleet: onRecords((it) => (it.kind === "Cluster" ? { ...it, lastSeenMs: it.lastSeenMs - 600_000 } : it)),
  }),
  "online-swallowed": sabotage("that a cluster came back is said to be told, and is not", {
    io: (io) => ({ ...io, http: onType("ClusterOnline", io.http, () => null) }),
  }),
  "tag-answered-once": sabotage("a GitRepo that is held at a tag is taken to show its first commit for ever", {
    fleet: firstOfTag(),
  }),
  ...leaseSabotages,
  ...gitHubSabotages,
};

/** The engine reads the clock once a turn before the core steps, and its ports now and then: damage done again is no other damage. */
function eachTurn(clock: Clock, state: CoreState, damage: (state: CoreState) => void): Clock {
  return {
    now: () => {
      damage(state);
      return clock.now();
    },
    wakeAt: (atMs, wake) => clock.wakeAt(atMs, wake),
  };
}

function inForce(object: unknown): unknown {
  const { spec, ...rest } = object as { spec: object };
  return { ...rest, spec: { ...spec, suspend: false } };
}

function aboutAll(object: unknown): unknown {
  const { spec, ...rest } = object as { spec: object };
  return { ...rest, spec: { ...spec, gitRepos: {} } };
}

function forgetPossible(state: CoreState): void {
  for (const stream of state.delivery.streams.values()) if (stream.head.phase !== "storing") stream.possible = [];
}

function believing(store: DeliveryStore): DeliveryStore {
  return {
    ...store,
    save: async (document, signal) => {
      await store.save(document, signal);
      return { kind: "saved" };
    },
  };
}

function ancestry(host: RepositoryHost, relation: RepositoryHost["relation"]): RepositoryHost {
  return {
    relation,
    branchHead: async (...question) => await host.branchHead(...question),
    pullRequests: async (...question) => await host.pullRequests(...question),
  };
}

/** The last commit that somebody asked about is said to be the branch's head. */
function agreeing(host: RepositoryHost): RepositoryHost {
  let last = "";
  return {
    relation: async (question, signal) => {
      last = question.head;
      return await host.relation(question, signal);
    },
    branchHead: async (question, signal) => {
      const answer = await host.branchHead(question, signal);
      return answer.kind === "head" && last !== "" ? { kind: "head", sha: last } : answer;
    },
    pullRequests: async (...question) => await host.pullRequests(...question),
  };
}

function withoutSettle(object: unknown): unknown {
  const { spec, ...rest } = object as { spec: { timing: object } };
  return { ...rest, spec: { ...spec, timing: { ...spec.timing, settle: "0s" } } };
}

function onRecords(change: (record: FleetRecord) => FleetRecord): Seams["fleet"] {
  return (it: FleetChange) => (it.kind === "put" ? { kind: "put", record: change(it.record) } : it);
}

function onDeployments(change: (record: BundleDeploymentRecord) => BundleDeploymentRecord): Seams["fleet"] {
  return onRecords((record) => (record.kind === "BundleDeployment" ? change(record) : record));
}

/** Bundles and BundleDeployments carry the commit that their GitRepo shows when they are told. */
function labelled(): Seams["fleet"] {
  const commits = new Map<string, string>();
  return onRecords((record) => {
    if (record.kind === "GitRepo") commits.set(record.name, record.commit);
    if (record.kind !== "Bundle" && record.kind !== "BundleDeployment") return record;
    return { ...record, commit: commits.get(record.gitRepoName) ?? record.commit };
  });
}

/** A GitRepo goes on to show the commit that it showed first while it was held at a tag. */
function firstOfTag(): Seams["fleet"] {
  const commits = new Map<string, string>();
  return onRecords((record) => {
    if (record.kind !== "GitRepo" || record.revision === "" || isSha(record.revision) || record.commit === "") return record;
    const commit = commits.get(record.name + record.revision) ?? record.commit;
    commits.set(record.name + record.revision, commit);
    return { ...record, commit };
  });
}

type Http = ReturnType<Seams["io"]>["http"];

function renaming(http: Http): Http {
  let attempts = 0;
  return async (request, signal) => {
    attempts += 1;
    const id = `${request.headers["webhook-id"] ?? ""}-${attempts}-${request.headers["webhook-timestamp"] ?? ""}`;
    return await http({ ...request, headers: { ...request.headers, "webhook-id": id } }, signal);
  };
}

/** Changes what is told of one type; null: it is not told. */
function onType(type: EventType, http: Http, change: (body: string) => string | null): Http {
  return async (request, signal) => {
    if (!request.body.startsWith(`{"type":"${type}"`)) return await http(request, signal);
    const body = change(request.body);
    return body === null ? { status: 204, headers: {}, body: "" } : await http({ ...request, body }, signal);
  };
}

/** What failed, by the rule that it was sent for (a rule is of one process), and by its stream. */
const failed = new WeakMap<object, Map<string, Parameters<Http>[0]>>();

function keepingStale(http: Http, { rule, stream }: Send): Http {
  const kept = failed.get(rule) ?? new Map<string, Parameters<Http>[0]>();
  failed.set(rule, kept);
  return async (request, signal) => {
    const { status } = await http(request, signal).catch((error: unknown) => {
      kept.set(stream, request);
      throw error;
    });
    const stale = kept.get(stream);
    const isLater = stale !== undefined && stale.headers["webhook-id"] !== request.headers["webhook-id"];
    if (status >= 300) kept.set(stream, request);
    else if (isLater) await http(stale, signal).catch(() => {});
    return { status, headers: {}, body: "" };
  };
}

function trusting(http: Http): Http {
  return async (request, signal) => {
    try {
      return await http(request, signal);
    } catch (error) {
      if (error instanceof HttpError) return { status: 204, headers: {}, body: "" };
      throw error;
    }
  };
}

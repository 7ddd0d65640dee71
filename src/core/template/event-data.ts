import { z } from "zod";

const time = z.string().describe("ISO 8601, UTC: 2026-11-23T12:00:00.000Z");
const sha = z.string().describe("A commit's full SHA");
const names = (which: string) =>
  z.array(z.string()).describe(`Names of clusters that ${which}, sorted; the first few: the count beside has all`);

const clusters = z
  .strictObject({
    total: z.number().int().describe("Clusters that the target has for this GitRepo; the sum of the five below"),
    ready: z.number().int().describe("Clusters that run the commit, every bundle of it ready"),
    updating: z.number().int().describe("Clusters on their way, or waiting for a dependency or a schedule"),
    failed: z.number().int().describe("Clusters that failed"),
    offline: z.number().int().describe("Clusters whose agent has not checked in for long and that do not have the commit yet"),
    paused: z.number().int().describe("Clusters that keep an earlier commit because something is paused"),
    updatingNames: names("are updating"),
    failedNames: names("failed"),
    offlineNames: names("are offline"),
    pausedNames: names("are paused"),
  })
  .describe("How many clusters are how far");

const waitingFor = z.strictObject({
  code: z.string().describe("Which part of the rule does not hold yet: JobUnfinished, BundleCommit, NotReady, Offline, …"),
  bundle: z.string().describe('The bundle it is about; "" where none'),
  cluster: z.string().describe('The cluster it is about; "" where none'),
  message: z.string().describe('Fleet\'s words, cut, untrusted; "" where it said none'),
  sinceTime: time,
});

const clusterFailure = z.strictObject({
  cluster: z.string().describe("Display name of the cluster"),
  bundle: z.string().describe("The bundle that failed there"),
  message: z.string().describe("Fleet's words, cut, untrusted"),
});

const failure = z
  .strictObject({
    kind: z
      .enum(["job", "accepted", "bundle", "cluster", "deadline"])
      .describe("What failed: the Job, the GitRepo's own spec, a bundle, clusters, or nothing but the time for it"),
    message: z.string().describe("What a person needs to know, from Fleet's words; cut, untrusted"),
    clusters: z.array(clusterFailure).describe("The first few clusters that failed; rollout.clusters.failed has the count"),
  })
  .nullable()
  .describe('Set where rollout.phase is "failed"');

const rollout = z
  .strictObject({
    phase: z.enum(["deploying", "ready", "failed", "removed"]).describe("How far the rollout is"),
    applied: z.boolean().describe("Fleet has applied the commit's bundles to the management cluster"),
    changed: z
      .boolean()
      .describe("The rollout changes something on a cluster; false for a commit that does not touch this GitRepo's paths"),
    startedTime: time,
    generation: z.number().int().describe("The GitRepo's metadata.generation"),
    forceSyncGeneration: z.number().int().describe("The GitRepo's spec.forceSyncGeneration"),
    bundles: z.number().int().describe("How many bundles the commit has"),
    clusters,
    waitingFor: z.array(waitingFor).describe("What is not so yet, the most important first; at most 3"),
    failure,
  })
  .describe("One attempt to bring the commit to the clusters of the target");

const pullRequest = z.strictObject({
  number: z.number().int().describe("As in #12"),
  title: z.string().describe("Untrusted"),
  url: z.string().describe("Its page"),
  headSha: sha,
  mergeCommit: z.string().describe("The commit by which it came in"),
});

/** The one documented object (design §4): what templates and CEL read, and what `format: event` sends as `data`. */
export const eventDataSchema = z.strictObject({
  type: z
    .enum([
      "GitRepoAdded",
      "GitRepoRemoved",
      "GitRepoDeploying",
      "GitRepoReady",
      "GitRepoFailed",
      "GitRepoRolledBack",
      "GitRepoDegraded",
      "BundleDeployed",
      "BundleFailed",
      "BundleDrifted",
      "ClusterOffline",
      "ClusterOnline",
    ])
    .describe("The event"),
  summary: z.string().describe("One line of plain text for a chat: `fleet-default/shop: 4f2a91c deployed to 40/40 clusters`"),
  gitRepo: z
    .strictObject({
      namespace: z.string().describe("metadata.namespace"),
      name: z.string().describe("metadata.name"),
      uid: z.string().describe("metadata.uid"),
      repo: z.string().describe("spec.repo, as the user wrote it"),
      branch: z.string().describe('spec.branch; "" where unset'),
      revision: z.string().describe('spec.revision; "" where unset'),
    })
    .describe("The GitRepo that the event is about; empty texts with cluster events"),
  commit: z
    .string()
    .describe('The commit that the event is about; with GitRepoRolledBack the newer one that went away; "" with cluster events'),
  previousCommit: z.string().describe('What this stream reported before; "" the first time'),
  relation: z
    .enum(["first", "same", "ahead", "rolledBack", "diverged", "unknown"])
    .describe("How commit stands to previousCommit in git history; unknown where nobody could tell"),
  rolledBackTo: z.string().describe('With GitRepoRolledBack the older commit that runs now; else ""'),
  rolledBackFrom: z.string().describe('On the older commit, while a rollback lasts: the newer commit that went away; else ""'),
  rollout,
  target: z.strictObject({ name: z.string().describe('"" for the clusters that no target claims') }).describe("The target"),
  cluster: z
    .strictObject({ namespace: z.string().describe("metadata.namespace"), name: z.string().describe("Display name") })
    .nullable()
    .describe("Set with cluster and bundle events, else null"),
  bundle: z
    .strictObject({ namespace: z.string().describe("metadata.namespace"), name: z.string().describe("metadata.name") })
    .nullable()
    .describe("Set with bundle events, else null"),
  pullRequests: z
    .array(pullRequest)
    .describe("The pull requests that came in with the rollout (or went away with a rollback); at most 100"),
});
export type EventData = z.infer<typeof eventDataSchema>;

/** What a template sees: the documented object, and what `format: event` has around it. */
export const templateContextSchema = eventDataSchema.extend({
  timestamp: time,
  stream: z.string().describe("Names the stream; the header signalman-stream"),
  sequence: z.number().int().describe("Grows by one along a stream; the header signalman-sequence"),
});
export type TemplateContext = z.infer<typeof templateContextSchema>;

/** What is the same for every message of a stream: what it can be named by. */
export const streamDataSchema = z.strictObject({
  gitRepo: eventDataSchema.shape.gitRepo.pick({ namespace: true, name: true }),
  target: eventDataSchema.shape.target,
});
export type StreamData = z.infer<typeof streamDataSchema>;

/** What the template of a pull request's comment sees: no event, but what all streams that feed the comment told last. */
export const commentDataSchema = z.strictObject({
  pullRequest: z.strictObject({ number: z.number().int().describe("As in #12"), title: z.string().describe("Untrusted") }),
  rows: z
    .array(
      z.strictObject({
        gitRepo: z.string().describe("namespace/name"),
        target: eventDataSchema.shape.target.shape.name,
        state: z.enum(["deployed", "inProgress", "failed", "rolledBack"]).describe("What became of the pull request there"),
        label: z.string().describe("The same for people: ✅ Deployed"),
        commit: z.string().describe("What Fleet deployed, containing the pull request"),
        rolledBackTo: z.string().describe('The older commit that runs now; "" outside a rollback'),
        ready: clusters.shape.ready,
        total: z.number().int().describe("Clusters that the target has for the GitRepo"),
        offline: clusters.shape.offline,
        failed: clusters.shape.failed,
        failedNames: clusters.shape.failedNames,
        failureMessage: z.string().describe('Fleet\'s words, cut, untrusted; "" where nothing failed'),
        changed: z.boolean().describe("False where the commit changes nothing of this GitRepo"),
        updatedTime: time,
      }),
    )
    .describe("One for each GitRepo and target that has the pull request, sorted"),
});
export type CommentData = z.infer<typeof commentDataSchema>;

/** What the template of a commit status' description sees beside the context. */
export const statusContextSchema = templateContextSchema.extend({
  status: z
    .strictObject({
      state: z.enum(["pending", "success", "failure", "error"]).describe("What GitHub shows"),
      description: z.string().describe("What is said where no template is written"),
    })
    .describe("The commit status"),
});
export type StatusTemplateContext = z.infer<typeof statusContextSchema>;

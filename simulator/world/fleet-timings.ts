import type { Duration } from "./agenda.ts";

/** How long each thing takes in a simulated Fleet; milliseconds. */
export interface FleetTimings {
  /** From an object's change until the controller that watches it has looked. */
  readonly reconcile: Duration;
  /** From a Job's creation to the GitRepo's status that names its commit (fleet-facts §1.1, step 3: Job first, status second). */
  readonly jobToStatus: Duration;
  /** Job created → its pod is being made. */
  readonly jobStart: Duration;
  /** Pod being made → it runs. */
  readonly podStart: Duration;
  /** It runs → the repository is cloned: from here on a newer commit is not in it. */
  readonly clone: Duration;
  /** Cloned → `fleet apply` has read the bundles and begins to write. */
  readonly apply: Duration;
  /** Between two of Fleet's writes in one go: bundles of a Job, BundleDeployments of a Bundle. */
  readonly betweenWrites: Duration;
  /** Last write → the Job says so, and again → the Job is deleted. */
  readonly jobEnd: Duration;
  /** An old Job was deleted → the new one is made. */
  readonly jobAgain: Duration;
  /** spec.deploymentID moved → the agent has brought it to its cluster. */
  readonly agentApply: Duration;
  /** It is there → the agent's report is. */
  readonly agentReport: Duration;
  /** What a bundle depends on is not ready → the agent looks again. */
  readonly dependencyRetry: Duration;
  /** A BundleDeployment is gone → its content is off the cluster. */
  readonly agentUninstall: Duration;
  /** Ill health or drift → the agent sees it. */
  readonly agentNotices: Duration;
  /** The GitRepo's status follows its Bundles by this much (fleet-facts §1.1, step 8). */
  readonly gitRepoStatus: Duration;
  /** The random part of a polling interval, as a fraction of it. */
  readonly pollJitter: number;
  /** A webhook's commit that is not the branch's head is waited for so long. */
  readonly webhookPatience: Duration;
  /** An agent came back → it checks in for the first time (fleet-facts §2.4), and then at intervals. */
  readonly agentFirstCheckin: Duration;
  readonly agentCheckin: Duration;
  /** A GitRepo that is deleted stays so long after its bundles have gone. */
  readonly gitRepoGone: Duration;
}

/** As recorded (Fleet 0.16.1 on one machine, Jobs that pull no image). */
export const recordedTimings: FleetTimings = {
  reconcile: [8, 40],
  jobToStatus: [8, 60],
  jobStart: [15, 60],
  podStart: [1_550, 1_900],
  clone: [20, 60],
  apply: [50, 200],
  betweenWrites: [10, 220],
  jobEnd: [15, 150],
  jobAgain: 5_000,
  agentApply: [230, 800],
  agentReport: [15, 150],
  dependencyRetry: [30_000, 30_200],
  agentUninstall: [60, 250],
  agentNotices: [5_000, 5_200],
  gitRepoStatus: [300, 3_000],
  pollJitter: 0.1,
  webhookPatience: 30_000,
  agentFirstCheckin: 15_000,
  agentCheckin: 900_000,
  gitRepoGone: [100, 2_000],
};

/** Some ten times faster, for a demo that people watch: the same order of things, the same windows, only shorter. */
export const fastTimings: FleetTimings = {
  ...recordedTimings,
  podStart: [150, 250],
  clone: [10, 30],
  apply: [50, 100],
  betweenWrites: [5, 60],
  jobAgain: 300,
  agentApply: [80, 250],
  agentReport: [15, 120],
  dependencyRetry: 3_000,
  agentNotices: [500, 600],
  gitRepoStatus: 300,
  agentFirstCheckin: 1_000,
  agentCheckin: 5_000,
  gitRepoGone: [50, 100],
};

import { projectBundleDeployment } from "./project-bundle-deployment.ts";
import { projectBundle } from "./project-bundle.ts";
import { projectClusterGroup } from "./project-cluster-group.ts";
import { projectCluster } from "./project-cluster.ts";
import { projectGitRepo } from "./project-git-repo.ts";
import { projectJob } from "./project-job.ts";
import { type RawObject, objectOf } from "./raw-value.ts";
import type { FleetKind, FleetRecord } from "./record.ts";

const projections: Readonly<Record<FleetKind, (object: RawObject, known: ProjectOptions) => FleetRecord | null>> = {
  GitRepo: projectGitRepo,
  Job: projectJob,
  Bundle: projectBundle,
  BundleDeployment: projectBundleDeployment,
  Cluster: projectCluster,
  ClusterGroup: projectClusterGroup,
};

export interface ProjectOptions {
  /** Needed for the items of a list, which do not name theirs; else the object's own is taken. */
  readonly kind?: FleetKind | undefined;
  /** Fleet's `agentCheckinInterval`, which no object tells; absent: Fleet's default. */
  readonly checkinIntervalMs?: number | undefined;
}

/**
 * Reduces an object of the Kubernetes API to what Signalman keeps of it; null where it is of no kind that is watched, has no identity, or is
 * none of Fleet's. Whatever it holds, it never throws and the result is bounded.
 */
export function project(object: unknown, options: ProjectOptions = {}): FleetRecord | null {
  const raw = objectOf(object);
  const wanted = options.kind ?? raw["kind"];
  return typeof wanted === "string" && Object.hasOwn(projections, wanted) ? projections[wanted as FleetKind](raw, options) : null;
}

import type { GitRepoView } from "../fleet/inventory.ts";
import type { BundleDeploymentRecord, BundleRecord, ClusterRecord } from "../fleet/record.ts";
import type { Reason, ReasonCode, RolloutKey } from "./rollout.ts";
import type { RolloutMemory } from "./memory.ts";

/** What the clauses of the rule look at. Nothing in it depends on a Notification but `modified`. */
export interface RuleContext {
  readonly view: GitRepoView;
  readonly memory: RolloutMemory;
  readonly key: RolloutKey;
  /** The Bundles of the GitRepo that are not being deleted. */
  readonly bundles: readonly BundleRecord[];
  readonly modified: "failure" | "ignore";
  readonly now: number;
}

/** A BundleDeployment with its cluster. */
export interface OnCluster {
  readonly deployment: BundleDeploymentRecord;
  readonly cluster: ClusterRecord | undefined;
  /** What people are shown. */
  readonly clusterName: string;
}

/** What one BundleDeployment lacks. */
export interface UnmetOnCluster {
  readonly subject: OnCluster;
  readonly reason: Reason;
}

/** A clause of the rule: null where it holds, else why it does not. A clause has the name of the part of fleet-facts §1.3 that it holds. */
export interface Clause<Subject> {
  readonly name: string;
  readonly unmet: (subject: Subject, context: RuleContext) => Unmet | null;
}

export interface Unmet {
  readonly code: ReasonCode;
  readonly message: string;
}

export function unmet(code: ReasonCode, message = ""): Unmet {
  return { code, message };
}

/** A reason about no bundle and no cluster. */
export function reason({ code, message }: Unmet, sinceMs: number, about: { bundle?: string; cluster?: string } = {}): Reason {
  return { code, message, sinceMs, bundle: about.bundle ?? "", cluster: about.cluster ?? "" };
}

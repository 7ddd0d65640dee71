import type { Clause } from "./clause.ts";
import { type AppliedSubject, appliedClauses } from "./is-applied.ts";
import { type BundleSubject, bundleClauses } from "./is-bundle-current.ts";
import { type ConfirmedSubject, confirmedClauses } from "./is-confirmed.ts";
import { type ClusterSubject, clusterClauses } from "./is-deployed-on-cluster.ts";

/** The rule of fleet-facts §1.3, as lists of clauses: A, A confirmed, B for each bundle, C for each BundleDeployment. */
export interface ReadyRule {
  readonly applied: readonly Clause<AppliedSubject>[];
  readonly confirmed: readonly Clause<ConfirmedSubject>[];
  readonly bundle: readonly Clause<BundleSubject>[];
  readonly cluster: readonly Clause<ClusterSubject>[];
}

export const readyRule: ReadyRule = {
  applied: appliedClauses,
  confirmed: confirmedClauses,
  bundle: bundleClauses,
  cluster: clusterClauses,
};

/** What one rule has told of the bundles of one GitRepo in its target, in this process. */
export interface ToldBundles {
  /** The attempt that `deployed` is about; another one begins anew. */
  attempt: string;
  /** BundleDeployments (uids) whose deployment was told: at most as many as the GitRepo has. */
  readonly deployed: Set<string>;
  /** BundleDeployments that a rollout brought something and that were not told yet: another commit that changes nothing there does not end that. */
  readonly awaited: Set<string>;
  /** Keys of the streams that are open, at most `limits.newsStreamsMax`. */
  readonly open: Set<string>;
}

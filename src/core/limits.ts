/**
 * Every bound of the program, with its reason. Durations end in Ms, sizes in Bytes or Max. Nothing else in `src/` may invent one.
 */
export const limits = {
  /** GitHub refuses longer ones with 422; in code points (github-facts §1.1). */
  statusDescriptionMax: 140,
  /** A condition's text is for one line of a description or one fenced block; Fleet's can be 1 MB. */
  conditionMessageMax: 2_000,
  /** Names in texts: three fit into 140 characters; a page can show more. */
  listedClustersMax: 20,
  namesInDescriptionMax: 3,
  reasonsMax: 20,
  /** Design §5: commits that wait for a descendant's outcome, for each stream. */
  replacedMax: 50,
  /** Design §5: pull requests of one rollout. */
  pullRequestsMax: 100,
  /** Design §7: a message as stored. */
  messageBytesMax: 4_096,
  /** Design §7: `order: every`, for each stream. */
  queuedMessagesMax: 200,
  /** Design §7: one part of a Delivery; etcd's own limit is 1.5 MB, and a write of 64 KiB takes some 10 ms. */
  deliveryBytesMax: 65_536,
  /** Design §7: commits of one repository that are remembered. */
  knownCommitsMax: 10_000,
  /** Receivers' answers are read for their status and a short error text only. */
  responseBytesMax: 65_536,
  /** GitHub cuts requests at 10 s: an attempt of unknown outcome is settled after that (design §7). */
  gitHubRequestMs: 10_000,
  /** Fleet's defaults (fleet-facts §1.1, §2.4). */
  pollingIntervalDefaultMs: 15_000,
  checkinIntervalDefaultMs: 900_000,
  /** Design §4: ClusterOffline. */
  offlineMinMs: 2_700_000,
} as const;

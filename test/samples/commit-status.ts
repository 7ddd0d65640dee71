import type { CommitStatusConfig } from "../../src/core/notification/rule.ts";

/** A commit status as it is where nothing is written. */
export const sampleCommitStatus: CommitStatusConfig = {
  type: "commitStatus",
  context: "",
  description: "",
  group: "gitRepo",
  pullRequestHeads: true,
  targetUrl: "",
};

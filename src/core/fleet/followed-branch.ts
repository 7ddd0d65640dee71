import type { GitRepoRecord } from "./record.ts";

/** The branch that a GitRepo follows, Fleet's default where it names none (fleet-facts §1.1), or the revision at which it is held. */
export function followedBranch({ branch, revision }: Pick<GitRepoRecord, "branch" | "revision">): string {
  return revision || branch || "master";
}

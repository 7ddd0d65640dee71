import type { GitRepoRecord } from "../fleet/record.ts";
import type { Rule } from "./rule.ts";

/** Who writes under a name on the commits of a repository. */
export interface PlaceHolder {
  /** A GitRepo's uid; of a group that, and the rule. */
  readonly owner: string;
  readonly rule: Rule;
  readonly gitRepo: GitRepoRecord;
}

/** By repository and name, in small letters; of names that several want. */
export type PlaceHolders = ReadonlyMap<string, PlaceHolder>;

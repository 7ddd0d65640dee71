import type { z } from "zod";
import { followedBranch } from "../../fleet/followed-branch.ts";
import type { GitRepoRecord } from "../../fleet/record.ts";
import type { EventType } from "../event-types.ts";

/**
 * How streams to a type of destination behave (core/delivery). It decides what is stored, asked and told; what is written where is the business of
 * `apply` in src/destinations/.
 */
export interface Manner {
  /** It marks each commit with a state that stands until it is closed: what is replaced, or reported no longer, is told its fate. */
  readonly marksCommits: boolean;
  /** A mark is there, and pending, before it has its state: it takes two requests. */
  readonly marksInSteps: boolean;
  /** A change of the text beside the state is told too: counts of clusters. */
  readonly followsText: boolean;
  /**
   * Nobody can ask its receiver what it got. What was sent is repeated to the byte under the same id, so the very message is stored before it leaves;
   * with the others the commit and the event are enough, and a coarse intent covers the outcome to come.
   */
  readonly repeatsMessage: boolean;
  /** It shows a row of a pull request's comment, which is kept with the stream. */
  readonly keepsRow: boolean;
  /** An outcome says which pull requests came in with it: history is asked for them. */
  readonly namesPullRequests: boolean;
}

/** One type of GitHub destination: what is written of it in a Notification, and what becomes of that. */
export interface GitHubType<Schema extends z.ZodType, Config extends { readonly type: string }> {
  /** What stands below `github.<type>`. */
  readonly schema: Schema;
  /** Every default filled in. */
  readonly config: (written: z.output<Schema>) => Config;
  /** `on` where nothing is written. */
  readonly onByDefault: readonly EventType[];
  readonly manner: Manner;
  /** null where each has a place of its own. */
  readonly place: Place<z.output<Schema>, Config> | null;
}

/** Where a mark stands on a commit: a name under which two would overwrite each other. */
export interface Place<Written, Config> {
  /** "commit status": what texts call it. */
  readonly noun: string;
  /** Its name, without `SIGNALMAN_NAME`; "" where a template makes none. Depends on the configuration and the place alone. */
  readonly nameOf: (config: Config, place: CommitPlace) => string;
  /** What is written to have this name: its mark may have to be closed after the Notification is gone or says another one. */
  readonly written: (name: string) => Written;
}

/** Where something stands on a commit: of which GitRepo, for which target ("" for the unnamed one). */
export interface CommitPlace {
  readonly gitRepo: PlacedGitRepo;
  readonly target: string;
}

export type PlacedGitRepo = Pick<GitRepoRecord, "namespace" | "name" | "branch" | "revision">;

/** `fleet/<namespace>/<gitrepo>`, plus ` (<target>)` (design §5). */
export function plainContext({ gitRepo, target }: CommitPlace): string {
  return `fleet/${gitRepo.namespace}/${gitRepo.name}${inBrackets(target)}`;
}

/**
 * `fleet/<namespace>@<branch>`, plus ` (<target>)`: two branches may have one commit, and no GitRepo has an "@" in its name. A group has it there
 * (core/group), with its branch and its shard behind it.
 */
export function groupContext({ gitRepo, target }: CommitPlace): string {
  const { namespace, name } = gitRepo;
  const branch = name.includes("@") ? name.slice(name.indexOf("@") + 1) : followedBranch(gitRepo);
  return `fleet/${namespace}@${branch}${inBrackets(target)}`;
}

function inBrackets(target: string): string {
  return target === "" ? "" : ` (${target})`;
}

import type { GitCommit } from "./git-history.ts";
import { runGit } from "./git-process.ts";

export interface GitPushes {
  /** Those that were not known, parents first. */
  readonly commits: readonly GitCommit[];
  /** Every branch as it is now. */
  readonly branches: ReadonlyMap<string, string>;
}

/** Fields of a commit, each with a NUL after it: what `git log` prints for one. */
const format = ["%H", "%P", "%T", "%an", "%ae", "%ct", "%B"].map((field) => `${field}%x00`).join("");
const fieldsCount = 7;

/** What others have pushed into a bare repository since somebody looked who knows these branches. */
export async function readPushes(directory: string, known: ReadonlyMap<string, string>): Promise<GitPushes> {
  const references = await runGit(directory, ["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads"]);
  const branches = new Map(
    references
      .split("\n")
      .filter((line) => line !== "")
      .map((line): [string, string] => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]),
  );
  if ([...branches].every(([branch, sha]) => known.get(branch) === sha)) return { commits: [], branches };
  const seen = [...known.values()].map((sha) => `^${sha}`);
  const log = ["log", "--topo-order", "--reverse", `--format=tformat:${format}`, ...branches.values(), ...seen, "--"];
  const fields = (await runGit(directory, log)).split("\0");
  const commits: GitCommit[] = [];
  for (let index = 0; index + fieldsCount <= fields.length; index += fieldsCount) {
    const [sha = "", parents = "", tree = "", authorName = "", authorEmail = "", seconds = "", message = ""] =
      fields.slice(index);
    commits.push({
      sha: sha.trim(),
      parents: parents.split(" ").filter((parent) => parent !== ""),
      tree,
      authorName,
      authorEmail,
      committedMs: Number(seconds) * 1_000,
      message: message.trimEnd(),
    });
  }
  return { commits, branches };
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RandomCommit } from "./random-history.ts";

/** git's own words for a relation, asked without any of our code. */
export type GitRelation = "same" | "ahead" | "behind" | "diverged";

/** A bare repository for many random histories: what real git says of each. `remove` takes it away. */
export class GitGraphs {
  readonly #directory = mkdtempSync(join(tmpdir(), "signalman-git-graphs-"));

  constructor() {
    this.#git(["init", "--quiet", "--bare"]);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Writes a history; commits keep the names that they have there, git's are asked by those. */
  write(history: readonly RandomCommit[]): GitGraph {
    const marks = join(this.#directory, "marks");
    this.#git(["fast-import", "--quiet", "--force", `--export-marks=${marks}`], history.map(asImported).join(""));
    const lines = readFileSync(marks, "utf8").trim().split("\n");
    const shas = new Map(lines.map((line) => [`c${Number(line.slice(1, line.indexOf(" "))) - 1}`, line.split(" ")[1] ?? ""]));
    return new GitGraph(shas, (commandLine) => this.#git(commandLine));
  }

  #git(commandLine: readonly string[], input = ""): string {
    return execFileSync("git", ["--git-dir", this.#directory, ...commandLine], {
      encoding: "utf8",
      input,
      stdio: ["pipe", "pipe", "ignore"],
    });
  }
}

export class GitGraph {
  readonly #shas: ReadonlyMap<string, string>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #git: (commandLine: readonly string[]) => string;

  constructor(shas: ReadonlyMap<string, string>, git: (commandLine: readonly string[]) => string) {
    this.#shas = shas;
    this.#names = new Map([...shas].map(([name, sha]) => [sha, name]));
    this.#git = git;
  }

  /** By `git merge-base --is-ancestor`. */
  relation({ base, head }: { base: string; head: string }): GitRelation {
    if (base === head) return "same";
    if (this.#isAncestor(base, head)) return "ahead";
    return this.#isAncestor(head, base) ? "behind" : "diverged";
  }

  /** By `git rev-list`: what head has and base has not; with base "" all that head has. */
  range({ base, head }: { base: string; head: string }): readonly string[] {
    const excluded = base === "" ? [] : [`^${this.#sha(base)}`];
    const listed = this.#git(["rev-list", this.#sha(head), ...excluded]).split("\n");
    return listed.flatMap((sha) => this.#names.get(sha) ?? []);
  }

  #isAncestor(ancestor: string, descendant: string): boolean {
    try {
      this.#git(["merge-base", "--is-ancestor", this.#sha(ancestor), this.#sha(descendant)]);
      return true;
    } catch (error) {
      if ((error as { status?: unknown }).status === 1) return false;
      throw error;
    }
  }

  #sha(name: string): string {
    const sha = this.#shas.get(name);
    if (sha === undefined) throw new Error(`no commit ${name} in this history`);
    return sha;
  }
}

/** For git's fast-import. A reference of its own for each commit: without one, the parent would be what the reference shows. */
function asImported({ sha, parents, content }: RandomCommit): string {
  const mark = (name: string) => `:${Number(name.slice(1)) + 1}`;
  const [first, ...others] = parents;
  return [
    `reset refs/heads/${sha}`,
    `commit refs/heads/${sha}`,
    `mark ${mark(sha)}`,
    "committer Ada <ada@example.com> 0 +0000",
    `data ${sha.length}\n${sha}`,
    ...(first === undefined ? [] : [`from ${mark(first)}`]),
    ...others.map((it) => `merge ${mark(it)}`),
    `M 100644 inline file\ndata 1\n${content}\n\n`,
  ].join("\n");
}

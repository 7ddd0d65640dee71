import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGitRepository, type GitRepository } from "./git-repository.ts";

const now = Date.UTC(2026, 10, 23, 12, 0, 0);

describe("a git repository", () => {
  let repository: GitRepository;
  let root: string;
  beforeAll(async () => {
    repository = await createGitRepository({ now: () => now });
    root = await repository.commit({ "fleet.yaml": "one", 'a "quoted" päth': "text with ü" }, { message: "Begin" });
  });
  afterAll(() => repository.close());

  async function contentAt(sha: string): Promise<Record<string, string>> {
    return Object.fromEntries(await repository.files(sha));
  }

  test("is one that git itself finds sound", () => {
    expect(
      execFileSync("git", ["--git-dir", repository.directory, "fsck", "--strict"], { encoding: "utf8", stdio: "pipe" }),
    ).toBe("");
    const log = execFileSync("git", ["--git-dir", repository.directory, "log", "-1", "--format=%H %cI %s", "main"], {
      encoding: "utf8",
    });
    expect(log.trim()).toBe(`${root} 2026-11-23T12:00:00+00:00 Begin`);
  });

  test("makes the same SHA from the same content, parents, message and second", async () => {
    const other = await createGitRepository({ now: () => now + 999 });
    const again = await other.commit({ "fleet.yaml": "one", 'a "quoted" päth': "text with ü" }, { message: "Begin" });
    await other.close();
    expect(again).toBe(root);
  });

  test("keeps files that a commit does not name, and drops those it sets to null", async () => {
    const sha = await repository.commit({ "fleet.yaml": null, "new/file": "x" }, { branch: "files", parents: [root] });
    expect(await contentAt(sha)).toEqual({ 'a "quoted" päth': "text with ü", "new/file": "x" });
    expect(repository.lookup(sha)).toMatchObject({ parents: [root], committedMs: now });
  });

  test("a commit to a branch that is not there, without parents, is a root of its own", async () => {
    const sha = await repository.commit({ x: "1" }, { branch: "orphan" });
    expect(repository.lookup(sha)!.parents).toEqual([]);
    expect(await repository.compare(root, sha)).toMatchObject({ status: "diverged", mergeBase: null });
  });

  test("merges, squashes and rebases a branch; the side that comes in wins", async () => {
    await repository.createBranch("into", root);
    await repository.commit({ "fleet.yaml": "into" }, { branch: "into" });
    await repository.commit({ "fleet.yaml": "feature" }, { branch: "feature", parents: [root], message: "One" });
    const feature = await repository.commit({ added: "by feature" }, { branch: "feature", message: "Two" });
    const into = repository.head("into")!;

    const merge = await repository.merge("feature", { into: "into" });
    expect(repository.lookup(merge)!.parents).toEqual([into, feature]);
    expect(await contentAt(merge)).toMatchObject({ "fleet.yaml": "feature", added: "by feature" });

    await repository.forcePush("into", into);
    const squash = await repository.squash("feature", { into: "into", message: "Squashed" });
    expect(repository.lookup(squash)).toMatchObject({ parents: [into], message: "Squashed" });
    expect(repository.lookup(squash)!.tree).toBe(repository.lookup(merge)!.tree);

    await repository.forcePush("into", into);
    const rebase = await repository.rebase("feature", { into: "into" });
    const [first, second] = await repository.range(into, rebase);
    expect([first, second].map((sha) => repository.lookup(sha!)!.message)).toEqual(["One", "Two"]);
    expect(repository.lookup(rebase)!.tree).toBe(repository.lookup(merge)!.tree);
  });

  test("a revert gives back what was there before, and keeps what came after", async () => {
    await repository.createBranch("revert", root);
    const bad = await repository.commit({ "fleet.yaml": "bad", extra: "1" }, { branch: "revert", message: "Break it" });
    await repository.commit({ later: "stays" }, { branch: "revert" });
    const revert = await repository.revert(bad, { branch: "revert" });
    expect(await contentAt(revert)).toMatchObject({ "fleet.yaml": "one", later: "stays" });
    expect((await repository.files(revert)).has("extra")).toBe(false);
    expect(repository.lookup(revert)!.message).toContain('Revert "Break it"');
  });

  test("a commit that was pushed away is still there", async () => {
    const lost = await repository.commit({ lost: "1" }, { branch: "away", parents: [root] });
    await repository.forcePush("away", root);
    expect(repository.head("away")).toBe(root);
    expect(await repository.compare(root, lost)).toMatchObject({ status: "ahead" });
  });

  test("changes that are asked for at once come one after another", async () => {
    await repository.createBranch("busy", root);
    const shas = await Promise.all(
      [1, 2, 3, 4].map((number) => repository.commit({ number: String(number) }, { branch: "busy" })),
    );
    expect(await repository.range(root, repository.head("busy")!)).toEqual(shas);
  });

  test("resolves branches, SHAs and unique abbreviations, and nothing else", () => {
    expect(repository.resolve("heads/main")).toBe(root);
    expect(repository.resolve(root.slice(0, 12))).toBe(root);
    expect(repository.resolve("nothing")).toBeNull();
    expect(repository.resolve("0".repeat(40))).toBeNull();
  });

  test("says what it cannot do", async () => {
    await expect(repository.forcePush("main", "0".repeat(40))).rejects.toThrow(`No commit ${"0".repeat(40)}`);
    await expect(repository.revert(root)).rejects.toThrow("root commit");
    await expect(repository.merge("nowhere")).rejects.toThrow("no such branch or commit");
  });

  test("leaves nothing behind", async () => {
    const other = await createGitRepository({ now: () => now });
    await other.close();
    expect(existsSync(other.directory)).toBe(false);
  });
});

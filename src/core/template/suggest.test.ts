import { expect, test } from "vitest";
import { nearest } from "./suggest.ts";

const events = ["GitRepoReady", "GitRepoFailed", "BundleDeployed", "BundleFailed"];

test.each([
  ["GitRepoRaedy", "GitRepoReady", "two letters that are exchanged"],
  ["gitrepoready", "GitRepoReady", "other capitals"],
  ["ready", "GitRepoReady", "the end of one alone"],
  ["failed", null, "the end of two"],
  ["ed", null, "an end that says nothing"],
  ["GitRepo", null, "a beginning"],
  ["", null, "no word"],
])("%s means %s: %s", (word, meant, _why) => {
  expect(nearest(word, events)).toBe(meant);
});

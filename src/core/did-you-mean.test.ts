import { expect, test } from "vitest";
import { didYouMean } from "./did-you-mean.ts";

const names = ["destinations", "gitRepos", "timing", "modified", "suspend"];

test.each([
  ["destination", "destinations"],
  ["gitrepos", "gitRepos"],
  ["tiimng", "timing"],
  ["supsend", "suspend"],
  ["slack", null],
  ["", null],
])("%j was meant to be %j", (word, expected) => {
  expect(didYouMean(word, names)).toBe(expected);
});

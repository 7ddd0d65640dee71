/**
 * A list that GitHub answered. Where its body was cut off Octokit gives what there was of it, as text: that must not pass for an empty list, which
 * would say that nothing of ours is there. Throws then.
 */
export function wholeList<Item>(data: readonly Item[]): readonly Item[] {
  if (!Array.isArray(data)) throw new Error("GitHub's answer was cut off");
  return data;
}

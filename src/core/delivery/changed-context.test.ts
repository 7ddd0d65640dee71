import { expect, test } from "vitest";
import { sampleCommitStatus } from "../../../test/samples/commit-status.ts";
import { sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { streamPlayer } from "../../../test/samples/stream-player.ts";
import { placeOf } from "../notification/context-conflicts.ts";
import type { Send } from "./effect.ts";

const named = (context: string) => sampleRule("commitStatus", { config: { ...sampleCommitStatus, context } });
/** Where a send writes, and what. */
const placed = ({ rule, message }: Send) => [placeOf(rule, message.gitRepo), message.event, message.fates] as const;
const closed = [{ commit: "a", fate: "unreported" }];

test.each(["told", "told and restarted"])(
  "a changed context: what is pending is closed in the old one, then %s anew in the new one",
  (how) => {
    const { look, answer, rule, crash } = streamPlayer("commitStatus");
    rule(named("one"));
    for (const send of look(sampleRollout("a", "deploying"))) answer(send.stream);
    rule(named("two"));
    if (how === "told and restarted") crash();
    const [close, ...others] = look(sampleRollout("a", "deploying"));
    expect(others).toEqual([]);
    expect(close && placed(close)).toEqual(["one", "GitRepoRemoved", closed]);
    answer(close?.stream ?? "");
    expect(look(sampleRollout("a", "deploying")).map(placed)).toEqual([["two", "GitRepoDeploying", []]]);
  },
);

test("a changed context on a commit that has its outcome says nothing; the next commit is told in the new one", () => {
  const { look, answer, rule } = streamPlayer("commitStatus");
  rule(named("one"));
  for (const event of ["deploying", "ready"] as const) {
    for (const send of look(sampleRollout("a", event))) answer(send.stream);
  }
  rule(named("two"));
  expect(look(sampleRollout("a", "ready"))).toEqual([]);
  expect(look(sampleRollout("b", "ready")).map(placed)).toEqual([["two", "GitRepoReady", []]]);
});

test("a status that becomes a check run closes what is pending first", () => {
  const { look, answer, rule } = streamPlayer("commitStatus");
  for (const send of look(sampleRollout("a", "deploying"))) answer(send.stream);
  rule(sampleRule("checkRun", { destination: "commitStatus" }));
  const [close] = look(sampleRollout("a", "ready"));
  expect([close?.rule.config.type, close?.message.fates]).toEqual(["commitStatus", closed]);
  answer(close?.stream ?? "");
  const [next] = look(sampleRollout("a", "ready"));
  expect([next?.rule.config.type, next?.message.event]).toEqual(["checkRun", "GitRepoReady"]);
});

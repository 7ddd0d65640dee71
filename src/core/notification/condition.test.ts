import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventDocument } from "../message/event-document.ts";
import { sampleMessage } from "../message/sample-message.ts";
import { checkCondition } from "./check-condition.ts";
import { compileCondition } from "./condition.ts";

const failed = eventDocument(sampleMessage("GitRepoFailed", { target: "prod" }));
const ask = (source: string, event = failed) => compileCondition(source).ask(event);

describe("when (design §4)", () => {
  test.each([
    ["rollout.clusters.total > 1", "yes"],
    ["rollout.clusters.failed * 10 >= rollout.clusters.total", "no"],
    ["rollout.clusters.total / 3 == 13", "yes"],
    ['type == "GitRepoFailed" && target.name in ["prod", "qa"]', "yes"],
    ['pullRequests.exists(p, p.title.matches("(?i)memory"))', "yes"],
    ["pullRequests.filter(p, p.number > 100).size() > 0", "no"],
    ["cluster == null || cluster.name == 'c1'", "yes"],
    ["has(rollout.failure.kind)", "yes"],
    ['gitRepo.branch == "main" ? relation == "ahead" : false', "yes"],
  ])("%s: %s; nothing is wrong with it", (source, expected) => {
    expect(checkCondition(source)).toEqual([]);
    expect(ask(source).kind).toBe(expected);
  });

  test.each([
    ["cluster.name == 'c1'", "field not found: name"],
    ["pullRequests[7].number == 1", "index"],
    ["1 / (rollout.clusters.paused) == 1", "divide by zero"],
  ])("%s cannot be told of this event, and says why", (source, why) => {
    expect(checkCondition(source)).toEqual([]);
    const answer = ask(source);
    expect(answer.kind === "error" ? answer.error : "").toContain(why);
  });

  test("a problem is told at its line and column", () => {
    expect(checkCondition("rollout.applied &&\n  gitRepo.nam == 'shop'")).toEqual([
      {
        code: "ConditionUnknownField",
        line: 2,
        column: 10,
        message: 'There is no field "gitRepo.nam". Did you mean "gitRepo.name"?',
      },
    ]);
  });

  test("what a macro names is known inside of it alone, and is strict too", () => {
    expect(checkCondition("pullRequests.exists(p, p.titel == '')")[0]?.message).toContain('Did you mean "p.title"');
    expect(checkCondition("pullRequests.exists(p, p.title == '') && p.title == ''")[0]?.message).toContain(
      'There is no field "p"',
    );
  });

  test("whatever text it is, checking never throws, and what passes the check is answered", () => {
    const part = fc.constantFrom(
      "rollout",
      ".clusters",
      ".total",
      " > ",
      "1",
      "(",
      ")",
      "[",
      "]",
      "{",
      "!",
      "&&",
      "||",
      "'x'",
      ".exists(p, ",
      "p",
      " ? ",
      ":",
      "has(",
      ",",
      "cluster",
      "null",
      "\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 40 }).map((it) => it.join("")),
        ),
        (source) => {
          if (checkCondition(source).length === 0) expect(["yes", "no", "error"]).toContain(ask(source).kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

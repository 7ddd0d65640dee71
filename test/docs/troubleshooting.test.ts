import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ParkCode } from "../../src/core/delivery/outcome.ts";
import { problemCodes } from "../../src/core/notification/problem-codes.ts";
import { clusterProblemCodes } from "../../src/commands/cluster-problem.ts";
import { settingProblemCodes } from "../../src/setting-problem.ts";

/** Does not compile where a code is missing. */
const deliveringCodes: Readonly<Record<ParkCode | "Retrying" | "ConditionFailed", true>> = {
  ConditionFailed: true,
  EgressRefused: true,
  Gone: true,
  NotFound: true,
  NotInstalled: true,
  NotOnGitHub: true,
  Refused: true,
  Retrying: true,
  SecretMissing: true,
  TemplateFailed: true,
  Unauthorized: true,
};

test("docs/troubleshooting.md explains exactly the codes that there are, in order", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/troubleshooting.md"), "utf8");
  const sections = page.split(/^## /m).slice(1);
  const told = sections.map((section) => [...section.matchAll(/^### (\w+)\n\n(\S)/gm)].map((it) => it[1]));
  expect(told).toEqual([
    Object.keys(problemCodes).sort(),
    Object.keys(deliveringCodes).sort(),
    settingProblemCodes.toSorted(),
    [...clusterProblemCodes],
  ]);
});

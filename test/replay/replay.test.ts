import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { recordingsFolder, replayed, type ReplayedStatus, successes } from "./replayed.ts";

const files = readdirSync(recordingsFolder).filter((it) => it.endsWith(".jsonl.gz"));

/** Where the rule does not hold to the recording's end, and what the last word on the last commit is then. */
const unsettled: Readonly<Record<string, string>> = {
  "29-three-partitions-first-stuck": "Not deployed in time",
  // The recording ends before a poll (every 45 s) has seen the last commit.
  "37-broken-commit-fixed-before-clone-poll-45s": "",
  // Fleet ≤ 0.14 stays at the commit that a late webhook named; the last one is never deployed.
  "13.15-64-webhooks-out-of-order-and-polling": "",
  "14.10-64-webhooks-out-of-order-and-polling": "",
  "21-gitrepo-deleted": "GitRepo deleted before this commit was deployed",
  "25-revert-of-partly-applied": "clusters failed",
};

describe.each(files)("%s", (file) => {
  test("no success while the truth denies it, no repeated status, the end is told", async () => {
    const told = await replayed(file);
    const { statuses, truth } = told;
    expect(successes(told).filter((it) => !truth.isDeployed(it.commit, it.ms))).toEqual([]);

    const last = new Map<string, ReplayedStatus>();
    for (const status of statuses) {
      const before = last.get(status.sha);
      expect([before?.state, before?.description]).not.toEqual([status.state, status.description]);
      last.set(status.sha, status);
    }
    const expected = Object.entries(unsettled).find(([key]) => file.includes(key))?.[1];
    const end = last.get(truth.lastCommit);
    if (expected === undefined) expect(end?.state).toBe("success");
    else expect(end?.description ?? "").toContain(expected);
    const pending = [...last.values()].filter((it) => it.state === "pending" && !it.description.startsWith("Replaced by"));
    expect(pending.length).toBeLessThanOrEqual(1);
    if (expected === undefined) expect(pending).toEqual([]);
  });

  test("each failure is told once, on the commit itself and by one webhook", async () => {
    const { requests, statuses } = await replayed(file);
    const failures = requests.filter((it) => it.destination === "hook" && it.event === "GitRepoFailed").map((it) => it.commit);
    expect(new Set(failures).size).toBe(failures.length);
    const told = new Set(statuses.filter((it) => it.event === "GitRepoFailed" && it.state === "failure").map((it) => it.sha));
    for (const commit of failures) expect(told).toContain(commit);
  });
});

test("a commit whose content came while its predecessor waited for an offline cluster is not called unchanged", async () => {
  const { statuses } = await replayed("0.16.1-13-agent-offline.jsonl.gz");
  expect(statuses.filter((it) => it.description.startsWith("No changes"))).toEqual([]);
});

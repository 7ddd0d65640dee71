import { describe, expect, test } from "vitest";
import { sampleRollout } from "../../../test/samples/rollout.ts";
import type { Reason, ReasonCode } from "../../core/rollout/rollout.ts";
import { explanation } from "./explanation.ts";

const commit = "4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f";
const reason = (code: ReasonCode): Reason => ({ code, bundle: "", cluster: "", message: "", sinceMs: 0 });
const waiting = (...codes: readonly ReasonCode[]) => sampleRollout(commit, "deploying", { waitingFor: codes.map(reason) });

describe("what only a watcher can know is not taken for what the cluster shows", () => {
  test("where nothing else is missing and run stored nothing, it says so", () => {
    expect(explanation(waiting("JobNotSeen"), { now: 60_000, isRemembered: false })).toMatchInlineSnapshot(`
      "fleet-default/shop  4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f
        not deployed yet; clusters: 1/3 ready, 2 updating; since 60 s
        waits for (A applied, B every bundle, C every cluster):
          A  the Job that applies the commit was not seen to end (for 60 s)
        Only who watched knows that, and run has stored nothing of this rollout: ask again once run has followed it.
      "
    `);
  });

  test.each([
    ["run has followed it", waiting("JobNotSeen"), true],
    ["something else is missing as well", waiting("JobNotSeen", "WaitApplied"), false],
    ["it is deployed", sampleRollout(commit, "ready"), false],
  ])("not where %s", (_, rollout, isRemembered) => {
    expect(explanation(rollout, { now: 60_000, isRemembered })).not.toContain("Only who watched");
  });
});

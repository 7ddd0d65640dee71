import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { playScenario } from "./player.ts";
import { parseScenario, receivedMark } from "./scenario.ts";

const directory = new URL(".", import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith(".txt"));

/** `npx vitest run --project unit test/scenarios --update` rewrites what was received; the diff is what to read. */
test.each(files)("%s", async (file) => {
  const text = readFileSync(new URL(file, directory), "utf8");
  const played = await playScenario(parseScenario(text));
  await expect(played).toMatchFileSnapshot(new URL(file, directory).pathname);
});

describe("some scenario shows", () => {
  const received = files.flatMap((file) => {
    const lines = readFileSync(new URL(file, directory), "utf8").split("\n");
    return lines.filter((line) => line.startsWith(receivedMark));
  });
  const shown: readonly (readonly [string, RegExp])[] = [
    ["first sight", /GitRepoDeploying a first$/],
    ["same", /GitRepoReady b same$/],
    ["ahead", /GitRepoDeploying b ahead$/],
    ["rollback", /GitRepoRolledBack c rolledBackTo a rolledBack$/],
    ["a failure on the way back", /GitRepoFailed b rolledBackFrom c/],
    ["diverged", /GitRepoDeploying c diverged$/],
    ["unknown", /GitRepoReady b unknown$/],
    ["Waiting for Fleet", /pending "Waiting for Fleet to apply this commit"/],
    ["progress, with who is offline", /pending "1\/2 clusters ready, 1 offline: c2"/],
    ["confirming", /pending "2\/2 clusters ready, confirming"/],
    ["Paused", /pending "Paused: 2 clusters keep an earlier commit"/],
    ["No clusters match", /pending "No clusters match this GitRepo"/],
    ["Replaced by", /pending "Replaced by c; waiting for it"/],
    ["Deployed to", /success "Deployed to 2\/2 clusters"/],
    ["Deployed with", /success "Deployed with c to 2\/2 clusters"/],
    ["No changes", /success "No changes; 2\/2 clusters ready"/],
    ["clusters failed", /failure "2\/2 clusters failed: c1, c2: /],
    ["could not apply", /failure "Fleet could not apply this commit: /],
    ["which contains this commit", /failure "c, which contains this commit, failed"/],
    ["Rolled back", /failure "Rolled back to a on 2\/2 clusters"/],
    ["history was rewritten", /error "Not deployed: history was rewritten, now c"/],
    ["GitRepo deleted", /error "GitRepo deleted before this commit was deployed"/],
    ["No longer reported", /error "No longer reported"/],
  ];
  test.each(shown)("%s", (_name, line) => {
    expect(received.filter((it) => line.test(it))).not.toEqual([]);
  });
});

describe("a scenario that cannot be read says where, and what is allowed", () => {
  test.each([
    ["start\njump a", 'line 2, "jump a": no such act'],
    ["wait soon", 'line 1, "wait soon": "soon" is no duration'],
    ["rollback to a", 'line 1, "rollback to a": no commit "a" yet'],
    ["push a loudly", '"loudly" is unknown here'],
    ["next hook explodes", 'no fault "explodes" of hook'],
  ])("%j", async (text, message) => {
    await expect(playScenario(parseScenario(text))).rejects.toThrow(message);
  });
});

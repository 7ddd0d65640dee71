import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { expect, test } from "vitest";
import { startSimulators } from "./start-simulators.ts";

test("a real client finds the simulators by what they print, and sees what it did printed", async () => {
  const lines: string[] = [];
  const simulators = await startSimulators({ now: () => 0, print: (line) => lines.push(line), gitHubPort: 0, receiverPort: 0 });
  const printed = lines.join("\n");
  const found = (pattern: RegExp) => pattern.exec(printed)?.[1] ?? expect.fail(`${pattern} is not in:\n${printed}`);
  const keyPath = found(/PRIVATE_KEY_PATH=(\S+),/);
  const auth = { appId: found(/APP_ID=(\d+)/), privateKey: await readFile(keyPath, "utf8") };
  const octokit = new Octokit({ baseUrl: found(/GITHUB_API_URL=(\S+)/), authStrategy: createAppAuth, auth });
  expect((await octokit.rest.apps.getAuthenticated()).data?.slug).toBe("signalman");
  expect((await fetch(`${found(/Receiver {4}(http\S+)/)}/hook`, { method: "POST", body: "hello" })).status).toBe(204);
  expect(lines.slice(-2)).toEqual(["GitHub      200 GET /app (app)", "Receiver    204 POST /hook hello"]);
  await simulators.close();
  expect(existsSync(keyPath)).toBe(false);
});

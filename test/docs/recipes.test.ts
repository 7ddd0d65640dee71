import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check } from "../../src/commands/check.ts";
import { render } from "../../src/commands/render.ts";
import { webhookEvents } from "../../src/core/notification/destination-events.ts";
import { root } from "./markdown.ts";
import { runCommand } from "./run-command.ts";

const recipes = globSync("docs/recipes/*.yaml", { cwd: root }).toSorted();

interface Rendered {
  readonly request: { readonly method: string; readonly url: string; readonly body: string };
}

async function rendered(file: string, event: string): Promise<readonly Rendered[]> {
  const { stdout, exitCode } = await runCommand(render, [join(root, file), "--event", event, "--output", "json"]);
  expect(exitCode).toBe(0);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Rendered]));
}

test("the table of recipes names exactly those that are there", () => {
  const text = readFileSync(join(root, "docs/recipes/README.md"), "utf8");
  const named = [...text.matchAll(/^\| \[([^\]]+)\]\(\1\)/gm)].map(([, name]) => `docs/recipes/${name}`);
  expect(named.toSorted()).toEqual(recipes);
});

test.each(recipes)("%s passes `check`", async (file) => {
  expect(await runCommand(check, [join(root, file)])).toMatchObject({ exitCode: 0, stdout: "" });
});

test.each(recipes)("%s: what it sends at any event is JSON", async (file) => {
  let sent = 0;
  for (const event of webhookEvents) {
    for (const { request } of await rendered(file, event)) {
      expect(JSON.parse(request.body)).toBeTypeOf("object");
      sent += 1;
    }
  }
  expect(sent).toBeGreaterThan(1);
});

test("what each sends at a failure, and when it is mended", async () => {
  const told: string[] = [];
  for (const file of recipes) {
    for (const event of ["GitRepoFailed", "GitRepoReady"]) {
      const [first] = await rendered(file, event);
      const { method, url, body } = first?.request ?? { method: "", url: "", body: "{}" };
      told.push(`${file} ${event}\n${method} ${url}\n${JSON.stringify(JSON.parse(body))}`);
    }
  }
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "docs/recipes/discord.yaml GitRepoFailed
    POST ***
    {"content":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable","allowed_mentions":{"parse":[]}}

    docs/recipes/discord.yaml GitRepoReady
    POST ***
    {"content":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters","allowed_mentions":{"parse":[]}}

    docs/recipes/github-actions.yaml GitRepoFailed
     
    {}

    docs/recipes/github-actions.yaml GitRepoReady
    POST https://api.github.com/repos/acme/shop/dispatches
    {"event_type":"deployed","client_payload":{"id":"msg_0aZ3kQp7vXn1sYbR2cTdUe4fGhJ","type":"GitRepoReady","timestamp":"2026-11-23T12:01:00.000Z","stream":"Notification/fleet-default/smoke-test/actions:fleet-default/shop:","sequence":7,"data":{"type":"GitRepoReady","summary":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters","gitRepo":{"namespace":"fleet-default","name":"shop","uid":"5c6f0f4e-8f6e-4a55-9d6e-0d2f4f0b7c11","repo":"https://github.com/acme/shop.git","branch":"main","revision":""},"commit":"4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f","previousCommit":"1d0c3e2f4a6b8c0d2e4f6a8b0c2d4e6f8a0b2c4d","relation":"ahead","rolledBackTo":"","rolledBackFrom":"","rollout":{"phase":"ready","applied":true,"changed":true,"startedTime":"2026-11-23T12:00:00.000Z","generation":3,"forceSyncGeneration":0,"bundles":2,"clusters":{"total":40,"ready":40,"updating":0,"failed":0,"offline":0,"paused":0,"updatingNames":[],"failedNames":[],"offlineNames":[],"pausedNames":[]},"waitingFor":[],"failure":null},"target":{"name":""},"cluster":null,"bundle":null,"pullRequests":[{"number":12,"title":"Raise the memory limit","url":"https://github.com/acme/shop/pull/12","headSha":"9b7d5e3c1a0f8e6d4c2b0a9f8e7d6c5b4a3f2e1d","mergeCommit":"4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f"}]}}}

    docs/recipes/gitlab.yaml GitRepoFailed
    POST https://gitlab.example.com/api/v4/projects/42/statuses/4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f
    {"state":"failed","name":"fleet/fleet-default/shop","description":"38/40 clusters ready"}

    docs/recipes/gitlab.yaml GitRepoReady
    POST https://gitlab.example.com/api/v4/projects/42/statuses/4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f
    {"state":"success","name":"fleet/fleet-default/shop","description":"40/40 clusters ready"}

    docs/recipes/grafana.yaml GitRepoFailed
    POST https://grafana.example.com/api/annotations
    {"text":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable","tags":["fleet","GitRepoFailed","fleet-default/shop"]}

    docs/recipes/grafana.yaml GitRepoReady
    POST https://grafana.example.com/api/annotations
    {"text":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters","tags":["fleet","GitRepoReady","fleet-default/shop"]}

    docs/recipes/mattermost.yaml GitRepoFailed
    POST ***
    {"username":"Fleet","text":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable"}

    docs/recipes/mattermost.yaml GitRepoReady
    POST ***
    {"username":"Fleet","text":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters"}

    docs/recipes/pagerduty.yaml GitRepoFailed
    POST https://events.pagerduty.com/v2/enqueue
    {"routing_key":"YOUR-ROUTING-KEY","event_action":"trigger","dedup_key":"fleet/fleet-default/shop/","payload":{"summary":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable","severity":"error","source":"fleet-default/shop","custom_details":{"commit":"4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f"}}}

    docs/recipes/pagerduty.yaml GitRepoReady
    POST https://events.pagerduty.com/v2/enqueue
    {"routing_key":"YOUR-ROUTING-KEY","event_action":"resolve","dedup_key":"fleet/fleet-default/shop/","payload":{"summary":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters","severity":"error","source":"fleet-default/shop","custom_details":{"commit":"4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f"}}}

    docs/recipes/slack.yaml GitRepoFailed
    POST ***
    {"text":"Fleet: GitRepoFailed","blocks":[{"type":"section","text":{"type":"plain_text","emoji":false,"text":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable"}}]}

    docs/recipes/slack.yaml GitRepoReady
    POST ***
    {"text":"Fleet: GitRepoReady","blocks":[{"type":"section","text":{"type":"plain_text","emoji":false,"text":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters"}}]}

    docs/recipes/teams.yaml GitRepoFailed
    POST ***
    {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.4","body":[{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"fleet-default/shop: 4f2a91c failed: 2/40 clusters failed: c1, c7: Deployment.apps \\"web\\": spec.selector: field is immutable"}]}]}}]}

    docs/recipes/teams.yaml GitRepoReady
    POST ***
    {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.4","body":[{"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"fleet-default/shop: 4f2a91c deployed to 40/40 clusters"}]}]}}]}"
  `);
});

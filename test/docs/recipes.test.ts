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
  expect(sent).toBeGreaterThan(2);
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

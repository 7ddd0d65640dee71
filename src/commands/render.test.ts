import { describe, expect, test } from "vitest";
import { runCommand } from "../../test/docs/run-command.ts";
import { eventTypes } from "../core/notification/rule.ts";
import { render } from "./render.ts";

const chat = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata:
  name: deployments
  namespace: team-shop
spec:
  gitRepos:
    names: ["pay-*"]
  destinations:
    - name: status
      github:
        commitStatus: {}
    - name: pr
      github:
        pullRequestComment: {}
    - name: chat
      when: "rollout.clusters.total > 1"
      webhook:
        url: https://hooks.example.com/deploys
        format: template
        body: '{"text": {{json summary}}}'
        headers:
          X-Env: prod
        auth:
          bearer:
            secretRef: { name: chat, key: token }
`;

test("a request to the byte, secrets masked; the sample is selected whatever gitRepos says", async () => {
  const ran = await runCommand(render, ["-", "--event", "GitRepoReady", "--destination", "chat"], chat);
  expect(ran).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "",
      "stdout": "### Notification team-shop/deployments, destination "chat"
    POST https://hooks.example.com/deploys
    authorization: ***
    content-type: application/json
    signalman-sequence: 7
    signalman-stream: Notification/team-shop/deployments/chat:team-shop/shop:
    user-agent: signalman
    webhook-id: msg_0aZ3kQp7vXn1sYbR2cTdUe4fGhJ
    webhook-timestamp: 1795435260
    x-env: prod

    {"text": "team-shop/shop: 4f2a91c deployed to 40/40 clusters"}

    ",
    }
  `);
});

test("one status for all GitRepos of a repository: the sample is the only one of them", async () => {
  const grouped = chat.replace("commitStatus: {}", "commitStatus: { group: repository }");
  const { stdout } = await runCommand(render, ["-", "--event=GitRepoReady", "--destination=status"], grouped);
  expect(stdout.split("\n").find((it) => it.startsWith("{"))).toBe(
    '{"state":"success","description":"1/1 GitRepos deployed","context":"fleet/team-shop@main"}',
  );
});

test("an account of its own: its requests go to the GitHub that it names, and its token is masked", async () => {
  const own = chat.replace(
    "        commitStatus: {}\n",
    "        commitStatus: {}\n        apiUrl: https://ghes.example.com/api/v3\n        auth: { tokenSecretRef: { name: ghes, key: token } }\n",
  );
  const { stdout } = await runCommand(render, ["-", "--event=GitRepoReady", "--destination=status"], own);
  const [request, ...headers] = stdout.split("\n").slice(1);
  expect(request).toMatch(/^POST https:\/\/ghes\.example\.com\/api\/v3\/repos\/acme\/shop\/statuses\//);
  expect(headers).toContain("authorization: ***");
});

test("a status and a comment as GitHub would get them, one JSON line each", async () => {
  const { stdout } = await runCommand(render, ["-", "--event=GitRepoFailed", "--output=json"], chat);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((it) => JSON.parse(it) as { destination: string; request: { method: string; url: string; body: string } });
  expect(lines.map(({ destination, request }) => `${destination}: ${request.method} ${request.url}`)).toMatchInlineSnapshot(`
    [
      "status: POST https://api.github.com/repos/acme/shop/statuses/4f2a91c0d6b8e3f75a1c9d2e4b6f8a0c1e3d5b7f",
      "status: POST https://api.github.com/repos/acme/shop/statuses/9b7d5e3c1a0f8e6d4c2b0a9f8e7d6c5b4a3f2e1d",
      "pr: POST https://api.github.com/repos/acme/shop/issues/12/comments",
      "chat: POST https://hooks.example.com/deploys",
    ]
  `);
  const status = JSON.parse(lines[0]?.request.body ?? "") as unknown;
  expect(status).toMatchObject({ state: "failure", context: "fleet/team-shop/shop" });
});

test.each(eventTypes)("%s is rendered, or it is said why nothing is sent", async (event) => {
  const { stdout, stderr, exitCode } = await runCommand(render, ["-", "--event", event], chat);
  expect(exitCode).toBe(0);
  for (const name of ["status", "pr", "chat"]) expect(stdout + stderr).toContain(`destination "${name}"`);
});

describe("why nothing is sent", () => {
  test.each([
    ["suspended", chat.replace("when:", "suspend: true\n      when:"), "it is suspended"],
    ["when", chat.replace("> 1", "> 1000"), '"when" is false for it'],
    ["on", chat.replace("when:", "on: [GitRepoFailed]\n      when:"), "it is not told of GitRepoReady, but of GitRepoFailed"],
  ])("%s", async (_, text, why) => {
    const { stdout, stderr } = await runCommand(render, ["-", "--event=GitRepoReady", "--destination=chat"], text);
    expect({ stdout, stderr }).toEqual({
      stdout: "",
      stderr: `signalman render: Notification team-shop/deployments, destination "chat" sends nothing: ${why}\n`,
    });
  });
});

test("each target has its own requests, with what it overrides", async () => {
  const targets = `  targets:
    - name: prod
      match: { clusterGroup: prod }
      destinations:
        - name: chat
          webhook: { url: "https://hooks.example.com/prod" }
`;
  const { stdout } = await runCommand(render, ["-", "--event=GitRepoReady", "--destination=chat"], chat + targets);
  expect(stdout.split("\n").filter((it) => /^(###|POST|authorization)/.test(it))).toMatchInlineSnapshot(`
    [
      "### Notification team-shop/deployments, destination "chat", target "prod"",
      "POST https://hooks.example.com/prod",
      "### Notification team-shop/deployments, destination "chat"",
      "POST https://hooks.example.com/deploys",
      "authorization: ***",
    ]
  `);
});

describe("what is wrong", () => {
  test("with the call: 2", async () => {
    const calls = [
      ["--event=GitRepoReady"],
      ["-"],
      ["-", "--event=GitRepoReddy"],
      ["-", "--event=GitRepoReady", "--destination=chta"],
      ["-", "--event=GitRepoReady", "--notification=other"],
      ["/nowhere.yaml", "--event=GitRepoReady"],
    ];
    const told: string[] = [];
    for (const args of calls) {
      const { exitCode, stdout, stderr } = await runCommand(render, args, chat);
      told.push(`${exitCode} ${stdout}${stderr}`);
    }
    expect(told.join("")).toMatchInlineSnapshot(`
      "2 signalman render: name at least one file, folder, or - for the standard input. [WrongArguments]
      2 signalman render: --event is missing. Write --event GitRepoReady, for instance. [WrongArguments]
      2 signalman render: --event "GitRepoReddy" is not one of GitRepoAdded, GitRepoRemoved, GitRepoDeploying, GitRepoReady, GitRepoFailed, GitRepoRolledBack, GitRepoDegraded, BundleDeployed, BundleFailed, BundleDrifted, ClusterOffline, ClusterOnline. Did you mean "GitRepoReady"? [InvalidSetting]
      2 signalman render: there is no destination "chta". Did you mean chat? [WrongArguments]
      2 signalman render: there is no Notification "other". There are: deployments. [WrongArguments]
      2 signalman render: /nowhere.yaml cannot be read: it is not there (ENOENT). [WrongArguments]
      "
    `);
  });

  test("with a Notification: as `check` says it, and 1", async () => {
    const ran = await runCommand(render, ["-", "--event=GitRepoReady"], chat.replace("https", "ftp"));
    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain("[InvalidUrl]");
  });
});

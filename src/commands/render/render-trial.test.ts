import { afterEach, beforeEach, expect, test } from "vitest";
import { startWebhookReceiver } from "../../../simulator/faces/webhook-receiver.ts";
import { gitHubUnderTest, type GitHubUnderTest } from "../../../simulator/faces/github-api-under-test.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../../simulator/world/receiver.ts";
import { sampleSettings } from "../../../test/samples/settings.ts";
import { rowOf } from "../../core/delivery/comment-rows.ts";
import type { PullRequest } from "../../core/history/relation.ts";
import { sampleMessage } from "../../core/message/sample-message.ts";
import { eventTypes } from "../../core/notification/rule.ts";
import { applyTo } from "../../destinations/index.ts";
import { systemClock } from "../../engine/system-clock.ts";
import { shownHeaders } from "../../github/assumed-github.ts";
import { startGitHub } from "../../github/start-github.ts";
import { toldFetch } from "../../github/told-fetch.ts";
import { createHttpClient, type HttpClient } from "../../http/client.ts";
import { createLog } from "../../telemetry/log.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import type { Settings } from "../../settings.ts";
import type { ShownRequest } from "../assumed-io.ts";
import { checkSource, validOf } from "../check/check-source.ts";
import { destinationIo } from "../destination-io.ts";
import { renderTrial } from "./render-trial.ts";
import { sampleTrials } from "./sample-trials.ts";
import { attemptOf, silenceOf, type Trial } from "./trial.ts";

const instance = { name: "blue", cluster: "0b6a6f8e-5f5b-4a3e-9f63-1d1f2c5a7e11", shard: "" };
const signal = new AbortController().signal;
const everyEvent = `[${eventTypes.join(", ")}]`;

const notificationAt = (url: string) => `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations:
    - { name: status, github: { commitStatus: { targetUrl: "https://ci.example.com/{{commit}}" } } }
    - { name: named, github: { commitStatus: { context: "deploy/{{target.name}}", description: "{{status.description}}: {{type}}" } } }
    - { name: pr, github: { pullRequestComment: {} } }
    - { name: told, github: { pullRequestComment: { body: "{{#each rows}}{{label}} {{/each}}" } } }
    - { name: check, github: { checkRun: {} } }
    - { name: env, github: { deployment: { environment: "of {{gitRepo.name}}" } } }
    - { name: dispatch, github: { repositoryDispatch: { eventType: deployed } } }
    - { name: event, on: ${everyEvent}, webhook: { url: "${url}/event?x=1" } }
    - { name: cloud, on: ${everyEvent}, webhook: { url: "${url}/{{gitRepo.name}}", format: cloudevents, method: PUT } }
    - name: chat
      on: ${everyEvent}
      webhook:
        url: ${url}/chat
        format: template
        body: '{"text": {{json summary}}, "dash": "–"}'
        headers: { X-Title: "{{summary}}: {{commit}}" }
        auth: { bearer: { secretRef: { name: hook, key: token } } }
        signing: { secretRef: { name: hook, key: signing } }
`;
const secrets: Readonly<Record<string, string>> = {
  token: "hunter2",
  signing: `whsec_${Buffer.from("a".repeat(32)).toString("base64")}`,
};

let github: GitHubUnderTest;
let receiver: ReceiverWorld;
let face: Awaited<ReturnType<typeof startWebhookReceiver>>;
let http: HttpClient;
beforeEach(async () => {
  github = await gitHubUnderTest();
  receiver = createReceiverWorld({ now: () => 0 });
  face = await startWebhookReceiver(receiver);
  http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.0/8"] } });
});
afterEach(async () => {
  await http.close();
  await face.close();
  await github.close();
  expect(github.world.violations).toEqual([]);
});

/** A merged pull request of the simulated repository. */
async function mergedPullRequest(): Promise<PullRequest> {
  const { number } = await github.shop.openPullRequest({ title: "Raise the limit" }, { "fleet.yaml": "two" });
  const { headSha, mergeCommitSha, title } = await github.shop.mergePullRequest(number, "squash");
  return { number, headSha, mergeCommit: mergeCommitSha ?? "", title, url: "" };
}

/** Only an App may write check runs; the others are written with a token. */
function settingsFor({ rule }: Trial): Settings {
  const gitHubApiUrl = github.url;
  if (rule.config.type !== "checkRun") return sampleSettings({ gitHubToken: "ada-token", gitHubApiUrl });
  const { app, privateKey } = github.world.installations;
  github.world.install("acme/shop");
  return sampleSettings({ appId: app.id, privateKey, webhookSecret: "hush", app: true, gitHubApiUrl });
}

/** What `run` brings onto the wire for a trial: real clients, a simulated GitHub, a receiver. */
async function sent(trial: Trial): Promise<ShownRequest[]> {
  const requests: ShownRequest[] = [];
  const { clients } = await startGitHub({
    settings: settingsFor(trial),
    clock: systemClock,
    log: createLog({ level: "fatal" }),
    metrics: await createMetrics(),
    onPushed: () => {},
    onInstalled: () => {},
    guardedFetch: http.fetch,
    fetch: toldFetch(globalThis.fetch, ({ method, url, headers, body }) => {
      requests.push({ method, url, headers: shownHeaders(headers), body });
    }),
  });
  const ioOf = destinationIo({
    clients: async () => clients,
    http,
    secrets: async () => ({ read: async ({ key }) => secrets[key] ?? "" }),
  });
  const { message } = trial;
  const ours = { rows: () => [rowOf(message)], now: () => message.createdMs };
  const outcome = await applyTo(attemptOf(trial, instance), { ...ioOf(trial.rule.account), ...ours }, signal);
  expect(outcome).toMatchObject({ kind: "delivered" });
  const hooks = receiver.requests.map(({ method, path, headers, body }) => ({ method, url: face.url + path, headers, body }));
  receiver.requests.length = 0;
  return [...requests, ...hooks];
}

/** What HTTP itself adds, what secrets make, which library an App speaks through, and which number GitHub gives a deployment, is not shown. */
function withoutTransport({ headers, url, ...request }: ShownRequest): ShownRequest {
  const { host: _host, connection: _connection, "content-length": _length, ...told } = headers;
  const secret = ["authorization", "webhook-signature"].filter((it) => it in told).map((it) => [it, "***"]);
  const path = url.replace(/\/deployments\/\d+\//, "/deployments/1/");
  const agent = told["user-agent"]?.replace(/^(?:probot|octokit-rest\.js)\/\S+ /, "") ?? "";
  const shown = { ...told, "user-agent": agent, ...(Object.fromEntries(secret) as Record<string, string>) };
  return { ...request, url: path, headers: shown };
}

test.each(eventTypes)("%s: what is rendered is what is sent, to the byte", async (event) => {
  const pullRequest = await mergedPullRequest();
  const isOlder = event === "GitRepoRolledBack";
  const checked = checkSource({ file: "-", text: notificationAt(face.url) });
  expect(checked.findings).toEqual([]);
  const { trials } = sampleTrials(
    checked.notifications.map(validOf).filter((it) => it !== null),
    event,
  );
  const rendered: Record<string, number> = {};
  for (const { rule, stream } of trials) {
    const commits = { commit: pullRequest.mergeCommit, rolledBackTo: isOlder ? github.first : "" };
    const isOfGitRepo = !event.startsWith("Cluster");
    const message = sampleMessage(event, isOfGitRepo ? { ...commits, pullRequests: [pullRequest] } : {});
    const trial = { rule, message, stream, unfit: "" };
    if (silenceOf(trial) !== "") continue;
    const { requests } = await renderTrial(trial, { instance, gitHubApiUrl: github.url, signal });
    expect((await sent(trial)).map(withoutTransport)).toEqual(requests.map(withoutTransport));
    rendered[rule.destination] = requests.length;
  }
  expect(rendered).toMatchObject({ event: 1, cloud: 1, chat: 1 });
  if (event === "GitRepoReady") {
    const onGitHub = { status: 2, named: 2, pr: 1, told: 1, check: 1, env: 2, dispatch: 1 };
    expect(rendered).toEqual({ ...onGitHub, event: 1, cloud: 1, chat: 1 });
  }
});

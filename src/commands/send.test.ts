import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { createReceiverWorld, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { runCommand } from "../../test/docs/run-command.ts";
import { send } from "./send.ts";

const notificationTo = (url: string) => `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations:
    - { name: status, github: { commitStatus: {} } }
    - name: chat
      webhook:
        url: ${url}/chat
        auth: { header: { name: X-Key, secretRef: { name: hook, key: token } } }
        signing: { secretRef: { name: hook, key: signing } }
    - { name: plain, webhook: { url: "${url}/plain" } }
    - { name: failures, on: [GitRepoFailed], webhook: { url: "${url}/failures" } }
`;
const token = "hunter2-hunter2";
const signing = `whsec_${Buffer.from("a".repeat(32)).toString("base64")}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

let folder: string;
let objects: KubernetesObjects;
let kubernetes: KubernetesApi;
let receiver: ReceiverWorld;
let face: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-send-"));
  objects = new KubernetesObjects({ nowMs: 0 });
  objects.create(kinds.namespace, { metadata: { name: "fleet-default" } }, { nowMs: 0 });
  kubernetes = await startKubernetesApi(objects, { now: () => 0 });
  await writeFile(join(folder, "kubeconfig"), kubernetes.kubeconfig);
  receiver = createReceiverWorld({ now: () => 0 });
  face = await startWebhookReceiver(receiver);
});
afterEach(async () => {
  await face.close();
  await kubernetes.close();
  await rm(folder, { recursive: true, force: true });
});

async function sent(...flags: readonly string[]) {
  const allow = ["--allow-egress=127.0.0.0/8", `--kubeconfig=${join(folder, "kubeconfig")}`];
  const ran = await runCommand(send, ["-", "--event=GitRepoReady", ...allow, ...flags], notificationTo(face.url));
  const stable = (text: string) => text.replaceAll(face.url, "http://hooks").replaceAll(new URL(face.url).host, "hooks");
  return { ...ran, stdout: stable(ran.stdout), stderr: stable(ran.stderr) };
}

function addSecret(): void {
  const object = { metadata: { name: "hook" }, data: { token: base64(token), signing: base64(signing) } };
  objects.create(kinds.secret, object, { nowMs: 0, namespace: "fleet-default" });
}

describe("what send shows is what the receiver got", () => {
  test("to the byte, with secrets on the wire and masked on the screen", async () => {
    addSecret();
    const { exitCode, stdout, stderr } = await sent("--destination=chat");
    expect({ exitCode, stderr }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "stderr": "signalman send: Notification fleet-default/deployments, destination "chat" was delivered
      ",
      }
    `);
    const [got] = receiver.requests;
    expect(got).toMatchObject({ headers: { "x-key": token }, status: 204 });
    expect(got?.headers["webhook-signature"]).toMatch(/^v1,/);
    const ofTransport = new Set(["host", "connection", "content-length"]);
    const masked: Readonly<Record<string, string>> = { "x-key": "***", "webhook-signature": "v1,***" };
    for (const [name, value] of Object.entries(got?.headers ?? {})) {
      if (!ofTransport.has(name)) expect(stdout).toContain(`\n${name}: ${masked[name] ?? value}\n`);
    }
    expect(stdout).toContain(`\n\n${got?.body}\n\n# answered 204\n`);
    for (const secret of [token, signing, got?.headers["webhook-signature"] ?? ""]) expect(stdout + stderr).not.toContain(secret);
  });

  test("one JSON line a destination", async () => {
    const { stdout, exitCode } = await sent("--destination=plain", "--output=json");
    const { requests, ...line } = JSON.parse(stdout) as { requests: { status: number; request: { body: string } }[] };
    expect({ exitCode, line }).toMatchInlineSnapshot(`
      {
        "exitCode": 0,
        "line": {
          "code": "",
          "destination": "plain",
          "event": "GitRepoReady",
          "notification": {
            "kind": "Notification",
            "name": "deployments",
            "namespace": "fleet-default",
          },
          "outcome": "delivered",
          "reason": "",
          "target": "",
        },
      }
    `);
    expect(requests.map(({ status, request }) => [status, request.body])).toEqual([[204, receiver.requests[0]?.body]]);
  });
});

test("it is told apart from what run sends: a stream of its own, sequence 0, and an id that is new each time", async () => {
  await sent("--destination=plain");
  await sent("--destination=plain");
  const [one, other] = receiver.requests.map((it) => it.headers);
  expect(one).toMatchObject({
    "signalman-stream": "trial/Notification/fleet-default/deployments/plain:fleet-default/shop:",
    "signalman-sequence": "0",
  });
  expect(one?.["webhook-id"]).toMatch(/^msg_[\w-]{27}$/);
  expect(other?.["webhook-id"]).not.toBe(one?.["webhook-id"]);
  expect(JSON.parse(receiver.requests[0]?.body ?? "")).toMatchObject({ sequence: 0 });
});

test("what was not delivered: 1, and why", async () => {
  const told: string[] = [];
  const arrangements: readonly [destination: string, behaviour: Parameters<ReceiverWorld["behave"]>[0]][] = [
    ["chat", { kind: "ok" }],
    ["plain", { kind: "status", status: 401 }],
    ["plain", { kind: "status", status: 503 }],
    ["plain", { kind: "resetAfter" }],
    ["plain", { kind: "status", status: 302, location: "/x" }],
    ["plain", { kind: "refuse" }],
  ];
  for (const [destination, behaviour] of arrangements) {
    receiver.behave(behaviour);
    const { exitCode, stderr } = await sent(`--destination=${destination}`);
    told.push(`${exitCode} ${stderr}`);
  }
  expect(told.join("")).toMatchInlineSnapshot(`
    "1 signalman send: Notification fleet-default/deployments, destination "chat" was not delivered: Secret fleet-default/hook does not exist. Create it with the key "token"; it is looked for again every 5 minutes. [SecretMissing]
    1 signalman send: Notification fleet-default/deployments, destination "plain" was not delivered: hooks answered 401. Look at auth and its Secret. [Unauthorized]
    1 signalman send: Notification fleet-default/deployments, destination "plain" was not delivered: hooks answered 503; run would try again [Retrying]
    1 signalman send: Notification fleet-default/deployments, destination "plain" may not have been delivered: lost the connection to hooks (UND_ERR_SOCKET) [Retrying]
    1 signalman send: Notification fleet-default/deployments, destination "plain" was not delivered: hooks answered 302: redirects are not followed. Write the URL that it leads to. [Refused]
    1 signalman send: Notification fleet-default/deployments, destination "plain" was not delivered: hooks refused the connection (ECONNREFUSED); run would try again [Retrying]
    "
  `);
});

test("a sample is nowhere on GitHub: nothing is sent, and it says what can be", async () => {
  const { exitCode, stdout, stderr } = await sent();
  expect({ exitCode, stdout, stderr }).toMatchInlineSnapshot(`
    {
      "exitCode": 2,
      "stderr": "signalman send: nothing was sent: the commit of a sample is nowhere on GitHub, where "status" would show it. Remedies: send what is true of a real GitRepo with --gitrepo NAMESPACE/NAME; send one webhook alone with --destination (chat, plain); see all of it with "signalman render". [WrongArguments]
    ",
      "stdout": "",
    }
  `);
  expect(receiver.requests).toEqual([]);
});

test("a destination that is not told of the event sends nothing, and that is well", async () => {
  const { exitCode, stdout, stderr } = await sent("--destination=failures");
  expect({ exitCode, stdout, stderr }).toMatchInlineSnapshot(`
    {
      "exitCode": 0,
      "stderr": "signalman send: Notification fleet-default/deployments, destination "failures" sends nothing: it is not told of GitRepoReady, but of GitRepoFailed
    ",
      "stdout": "",
    }
  `);
});

test("the cluster is not asked where nothing of it is needed", async () => {
  const { exitCode } = await sent("--destination=plain", `--kubeconfig=${join(folder, "none")}`);
  expect(exitCode).toBe(0);
});

test("Ctrl-C ends it: what is on its way is given up, and nothing else is sent", async () => {
  receiver.behave({ kind: "hang" });
  const stop = new AbortController();
  let stderr = "";
  const write = (chunk: unknown, _: BufferEncoding, done: () => void) => {
    stderr += String(chunk);
    done();
  };
  const twice = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec: { destinations: [{ name: one, webhook: { url: "${face.url}" } }, { name: other, webhook: { url: "${face.url}" } }] }
`;
  const running = send({
    args: ["-", "--event=GitRepoReady", "--allow-egress=127.0.0.0/8"],
    env: { KUBECONFIG: join(folder, "kubeconfig") },
    stdin: Readable.from([Buffer.from(twice)]),
    stdout: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stderr: new Writable({ write }),
    signal: stop.signal,
  });
  await expect.poll(() => receiver.requests.length).toBe(1);
  stop.abort();
  expect(await running).toBe(1);
  expect(receiver.requests.length).toBe(1);
  expect(stderr.replaceAll(new URL(face.url).host, "hooks")).toMatchInlineSnapshot(`
    "signalman send: Notification fleet-default/deployments, destination "one" may not have been delivered: the request to hooks was stopped [Retrying]
    signalman send: stopped before it was done.
    "
  `);
});

test("a loopback address is refused as run refuses it", async () => {
  const ran = await runCommand(send, ["-", "--event=GitRepoReady", "--destination=plain"], notificationTo(face.url));
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain("[EgressRefused]");
  expect(receiver.requests).toEqual([]);
});

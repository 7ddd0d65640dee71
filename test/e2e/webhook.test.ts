import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ForwardProxy, startForwardProxy } from "../../simulator/faces/forward-proxy.ts";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import { createAuthority } from "../../simulator/world/certificates.ts";
import { createReceiverWorld, type ReceivedRequest } from "../../simulator/world/receiver.ts";
import type { ApiAnswer } from "../contract/api-client.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { readTestRecording, Stage } from "./stage.ts";
import { until } from "./until.ts";

const speed = 5;
const signingSecret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
const [oldest, old, fresh] = ["a", "b", "c"].map(signingSecret) as [string, string, string];
const apiKey = "hunter2-api-key";

let stage: Stage;
let product: ProductProcess;
let proxy: ForwardProxy;
beforeAll(async () => {
  stage = await Stage.start();
  proxy = await startForwardProxy();
  product = stage.startProduct("", { HTTPS_PROXY: proxy.url });
  await product.ready();
});
afterAll(async () => {
  const code = await product?.stop();
  await proxy?.close();
  await stage?.stop();
  expect(code).toBe(0);
});

function lastErrorOf({ body }: ApiAnswer): string {
  return (body as { status?: { lastError?: string } }).status?.lastError ?? "";
}

test("a signed request with a template, a header from a Secret and an authority of one's own, through a proxy; the secret is changed, and nothing of it is told", async () => {
  const { recording, file } = await readTestRecording("0.16.1-02-second-commit");
  const { namespace, gitrepo, git } = recording.meta;
  const history = await stage.prepare(recording, speed);
  const authority = createAuthority("receivers");
  const receiver = createReceiverWorld({ now: () => Date.now() });
  const face = await startWebhookReceiver(receiver, { tls: authority.issue("hooks", { hosts: ["127.0.0.1"] }) });
  try {
    const core = `/api/v1/namespaces/${namespace}`;
    const notifications = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
    const create = async (path: string, body: object) => {
      const { code, body: answer } = await stage.client.request("POST", path, { body });
      expect({ code, answer: code === 201 ? "" : answer }).toEqual({ code: 201, answer: "" });
    };
    const notify = (name: string, webhook: object) => {
      const spec = { timing: { settle: "100ms" }, destinations: [{ name: "chat", order: "every", webhook }] };
      return create(notifications, { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name }, spec });
    };
    const secrets = { apiKey, signing: old, previous: oldest, "ca.crt": authority.certificate };
    await create(`${core}/secrets`, { apiVersion: "v1", kind: "Secret", metadata: { name: "hook" }, stringData: secrets });
    const url = `${face.url}/{{gitRepo.name}}?commit={{short commit}}`;
    await notify("signed", {
      url,
      method: "PUT",
      headers: { "X-Commit": "{{commit}} of {{gitRepo.name}}" },
      format: "template",
      body: '{"text": {{json summary}}, "n": {{sequence}}}',
      auth: { header: { name: "X-Api-Key", secretRef: { name: "hook", key: "apiKey" } } },
      signing: { secretRef: { name: "hook", key: "signing" }, previousSecretRef: { name: "hook", key: "previous" } },
      tls: { caSecretRef: { name: "hook", key: "ca.crt" } },
    });
    await notify("trusting-nobody", { url: `${face.url}/trusting-nobody` });
    // 169.254.169.254
    await notify("metadata", { url: "https://2852039166/latest/meta-data" });

    const played = stage.play(recording, { file, history, speed });
    await until("the first commit is told", () => receiver.accepted().length === 1);
    const changed = { stringData: { signing: fresh, previous: old } };
    expect(await stage.client.patch(`${core}/secrets/hook`, changed)).toMatchObject({ code: 200 });
    await played;
    await until("the second commit is told", () => receiver.accepted().length === 2);

    const [first, second] = receiver.accepted() as [ReceivedRequest, ReceivedRequest];
    for (const [index, { method, path, headers, body }] of [first, second].entries()) {
      const sha = git[index]?.sha ?? "";
      expect([method, path]).toEqual(["PUT", `/${gitrepo}?commit=${sha.slice(0, 7)}`]);
      expect(headers).toMatchObject({
        "x-api-key": apiKey,
        "x-commit": `${sha} of ${gitrepo}`,
        "content-type": "application/json",
      });
      expect(JSON.parse(body)).toEqual({
        text: expect.stringContaining(`${gitrepo}: ${sha.slice(0, 7)} deployed`) as string,
        n: index + 1,
      });
    }
    // A receiver that knows the old secret understands both messages; the new one is in the second, the oldest in the first alone.
    const isSignedWith = (secret: string) =>
      [first, second].map(({ body, headers }) => {
        try {
          return new Webhook(secret).verify(body, headers) !== undefined;
        } catch {
          return false;
        }
      });
    expect([oldest, old, fresh].map(isSignedWith)).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);

    await until(
      "who trusts nobody says so",
      async () => {
        return lastErrorOf(await stage.client.get(`${notifications}/trusting-nobody`)).includes(
          "is not trusted; tls.caSecretRef can name its authority",
        );
      },
      15_000,
    );
    await until("who wants to know the metadata is refused", async () => {
      return lastErrorOf(await stage.client.get(`${notifications}/metadata`)).includes("169.254.169.254 is a link-local address");
    });
    // The proxy gets addresses that were checked, and sees nothing of what is sent.
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(face.url).host]));
    expect(JSON.stringify(proxy.headers)).not.toContain("x-api-key");
    const lists = ["notifications", "deliveries"].map((it) => `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/${it}`);
    const shown = await Promise.all(
      [...lists, `${core}/events`].map(async (it) => JSON.stringify((await stage.client.get(it)).body)),
    );
    for (const secret of [apiKey, "p@ss", "p%40ss", ...[oldest, old, fresh].map((it) => it.slice(6))]) {
      expect([...shown, ...product.log].filter((it) => it.includes(secret))).toEqual([]);
    }
    expect(receiver.requests).toHaveLength(2);
  } finally {
    await face.close();
  }
});

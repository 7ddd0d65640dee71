import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { outcomeOf, send, token } from "../../test/webhooks/webhook-under-test.ts";
import type { SecretReference } from "../core/notification/rule.ts";
import { EgressRefusedError } from "../http/egress.ts";
import { HttpError } from "../http/http-error.ts";
import { maskedSecret } from "./destination.ts";

const at = (key: string): SecretReference => ({ ...token, key });
const signingSecret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;

describe("requests are signed as Standard Webhooks 1.0 says (oracle: the package standardwebhooks)", () => {
  const old = signingSecret("o");
  const fresh = signingSecret("n");
  // The oracle takes timestamps of its own clock's last five minutes.
  const ports = { secrets: { old, fresh }, atMs: Date.now() };

  test.each([
    ["the event", {}],
    ["a template with letters of all kinds", { format: "template", contentType: "text/plain", body: "é 😀 {{summary}}" }],
    ["no body", { method: "GET" }],
  ] as const)("%s", async (_, changes) => {
    const { sent } = await send({ ...changes, signing: { current: at("fresh"), previous: null } }, ports);
    const { headers, body } = sent[0]!;
    const signed = [headers["webhook-id"]!, new Date(Number(headers["webhook-timestamp"]) * 1_000), body] as const;
    expect(headers["webhook-signature"]).toBe(new Webhook(fresh).sign(...signed));
    expect(headers["webhook-signature"]).not.toBe(new Webhook(old).sign(...signed));
    expect(() => new Webhook(fresh).verify(`${body} `, headers)).toThrow(/No matching signature/);
  });

  test("while the secret is being changed, whoever knows the old or the new one accepts the request", async () => {
    const { sent } = await send({ signing: { current: at("fresh"), previous: at("old") } }, ports);
    const { headers, body } = sent[0]!;
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const secret of [old, fresh]) expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "GitRepoReady" });
    expect(() => new Webhook(signingSecret("x")).verify(body, headers)).toThrow(/No matching signature/);
  });

  test("a secret without its prefix is the same secret", async () => {
    const { sent } = await send(
      { signing: { current: at("bare"), previous: null } },
      { ...ports, secrets: { bare: `${fresh.slice(6)}\n` } },
    );
    expect(new Webhook(fresh).verify(sent[0]!.body, sent[0]!.headers)).toMatchObject({ type: "GitRepoReady" });
  });

  test.each(["hunter2 hunter2", "whsec_", "whsec_aHVudGVyMg==", `whsec_${"A".repeat(200)}`])(
    "what is no signing secret parks the stream, and is not repeated: %s",
    async (value) => {
      const { outcome, sent } = await send({ signing: { current: token, previous: null } }, { secrets: { token: value } });
      expect(outcome).toEqual({
        kind: "park",
        code: "SecretMissing",
        reason:
          'Secret fleet-default/hook has no signing secret (whsec_ and the base64 of 24 to 64 bytes), under the key "token". ' +
          "Change it; it is looked at again every 5 minutes.",
      });
      expect(sent).toEqual([]);
    },
  );
});

describe("a header of one's own", () => {
  const auth = { kind: "header", name: "X-Api-Key", secret: token } as const;

  test("its value is the Secret's, and it wins over what headers says", async () => {
    const { sent } = await send({ auth, headers: { "x-api-key": "mine", "X-Env": "prod" } }, { secrets: { token: "Key a b\n" } });
    expect(sent[0]?.headers).toMatchObject({ "x-api-key": "Key a b", "x-env": "prod" });
    expect(Object.keys(sent[0]?.headers ?? {}).filter((it) => it.toLowerCase() === "x-api-key")).toHaveLength(1);
  });

  test.each(["", " hunter2", "a\r\nx-evil: hunter2", "hunter2é", "hunter2\u0000"])(
    "what no header may have is refused: %j",
    async (value) => {
      const { outcome, sent } = await send({ auth }, { secrets: { token: value } });
      expect(outcome).toMatchObject({ kind: "park", code: "SecretMissing" });
      expect([JSON.stringify(outcome).includes("hunter2"), sent]).toEqual([false, []]);
    },
  );
});

describe("a URL that is a secret", () => {
  const url = "https://secret-host.example.com/hooks/secret-path";
  const config = { url: "", urlSecret: at("url") };

  test("is where the request goes", async () => {
    const { sent } = await send(config, { secrets: { url: `${url}\n` } });
    expect(sent.map((it) => it.url)).toEqual([url]);
  });

  test.each([
    ["an answer", { status: 404, headers: {}, body: url }],
    ["a lost answer", new HttpError("TimedOut", { message: "it did not answer", mayHaveArrived: true })],
    ["an error that nobody knows", new TypeError(url)],
    ["a refused address", new EgressRefusedError("the URL in Secret fleet-default/hook", "10.0.0.1 is a private address")],
  ])("nothing of it is told of %s, not even its host", async (_, answer) => {
    const outcome = await outcomeOf(config, { secrets: { url }, answer });
    expect(outcome.kind).not.toBe("delivered");
    expect(JSON.stringify(outcome)).not.toMatch(/secret-host|secret-path/);
  });

  test.each(["", "secret-path", "ftp://x.example/secret-path", "https:///secret-path", "https://user:hunter2@x.example/"])(
    "what is no URL parks the stream: %j",
    async (value) => {
      const { outcome, sent } = await send(config, { secrets: { url: value } });
      expect(outcome).toMatchObject({ kind: "park", code: "SecretMissing" });
      expect([/secret-path|hunter2/.test(JSON.stringify(outcome)), sent]).toEqual([false, []]);
    },
  );
});

test("where Secrets are masked, the mask stands for whatever would be made of them (render, replay)", async () => {
  const masked = { url: maskedSecret, token: maskedSecret, "tls.crt": maskedSecret, "tls.key": maskedSecret };
  const everything = {
    url: "",
    urlSecret: at("url"),
    signing: { current: token, previous: token },
    tls: { ca: token, client: { certificate: at("tls.crt"), key: at("tls.key") } },
  } as const;
  for (const auth of [
    { kind: "bearer", secret: token },
    { kind: "basic", username: token, password: token },
    { kind: "header", name: "authorization", secret: token },
  ] as const) {
    const { outcome, sent } = await send({ ...everything, auth }, { secrets: masked });
    expect(outcome).toEqual({ kind: "delivered" });
    expect(sent[0]).toMatchObject({ url: "***", headers: { "webhook-signature": "v1,*** v1,***" } });
    expect(sent[0]?.headers["authorization"]).toMatch(/^(Bearer |Basic )?\*\*\*$/);
  }
});

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { formatPath } from "../../src/core/notification/problem.ts";
import { parseNotification } from "../../src/core/notification/parse-notification.ts";
import { ApiClient } from "../contract/api-client.ts";
import type { ApiAnswer } from "../contract/api-client.ts";
import { installCrds } from "../control-plane/apply.ts";
import { startControlPlane } from "../control-plane/start.ts";
import type { ControlPlane } from "../control-plane/start.ts";
import { badAccounts } from "../notifications/bad-accounts.ts";
import { badDestinations, badNotifications } from "../notifications/bad-notifications.ts";
import { badWebhooks } from "../notifications/bad-webhooks.ts";
import { refusedByCheckAlone } from "../notifications/refused-by-check-alone.ts";
import { problemsOf } from "../notifications/told-of.ts";

const crds = join(import.meta.dirname, "../../deploy/crds");
const group = "/apis/signalman.dev/v1alpha1";
const notifications = `${group}/namespaces/fleet-default/notifications`;

/** No objects that could be sent, or of kinds that the server does not know. */
const unsendable = new Set([
  "a list instead of an object",
  "nothing",
  "another version",
  "another group",
  "a kind in small letters",
  "a kind of nobody",
  "a namespace with a dot",
]);

/** The fields that the server's refusal names. */
function refusedFields({ body }: ApiAnswer): readonly string[] {
  const { message, details } = body as { message: string; details?: { causes?: readonly { field: string }[] } };
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)].map((it) => it[1] ?? "");
  return [...unknown, ...(details?.causes ?? []).map((it) => it.field)].filter((it) => it !== "<nil>");
}

/** One names the other, or something in it. */
function agree(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

describe("the CRDs on a real API server", () => {
  let controlPlane: ControlPlane;
  let client: ApiClient;

  beforeAll(async () => {
    controlPlane = await startControlPlane();
    client = new ApiClient(controlPlane);
    await installCrds(
      client,
      (await readdir(crds)).map((file) => join(crds, file)),
    );
    await client.request("POST", "/api/v1/namespaces", { body: { metadata: { name: "fleet-default" } } });
  });

  afterAll(async () => {
    await client.close();
    await controlPlane.stop();
  });

  function create(object: { readonly kind: string }): Promise<ApiAnswer> {
    const path = object.kind === "ClusterNotification" ? `${group}/clusternotifications` : notifications;
    return client.request("POST", `${path}?dryRun=All&fieldValidation=Strict`, { body: object });
  }

  const bad = Object.entries({ ...badNotifications, ...badDestinations, ...badWebhooks, ...badAccounts }).filter(
    ([title]) => !unsendable.has(title),
  );

  test.each(bad)("%s: refused at the field that check names, or by check alone for a reason", async (title, yaml) => {
    const answer = await create(parse(yaml) as { kind: string });
    if (refusedByCheckAlone[title] !== undefined) {
      expect({ code: answer.code, reason: refusedByCheckAlone[title] }).toMatchObject({ code: 201 });
      return;
    }
    expect([400, 422]).toContain(answer.code);
    const named = problemsOf(yaml).map((it) => formatPath(it.path));
    const fields = refusedFields(answer);
    expect({ fields, named, agree: named.every((it) => fields.some((field) => agree(it, field))) }).toMatchObject({
      agree: true,
    });
  });

  test("the reasons are about objects of the table", () => {
    const titles = new Set(bad.map(([title]) => title));
    expect(Object.keys(refusedByCheckAlone).filter((it) => !titles.has(it))).toEqual([]);
  });

  test("a ClusterNotification with every field is accepted, and its status has a subresource of its own", async () => {
    const secretRef = { namespace: "signalman", name: "hook", key: "token" };
    const object = {
      apiVersion: "signalman.dev/v1alpha1",
      kind: "ClusterNotification",
      metadata: { name: "everything" },
      spec: {
        suspend: false,
        gitRepos: {
          names: ["shop-*"],
          namespaces: ["fleet-*"],
          selector: {
            matchLabels: { "example.com/team": "shop" },
            matchExpressions: [
              { key: "tier", operator: "In", values: ["a", "b"] },
              { key: "old", operator: "DoesNotExist" },
            ],
          },
        },
        timing: { settle: "0s", errorGrace: "1h30m", notReadyDeadline: "168h", maxHold: "250ms" },
        modified: "ignore",
        destinations: [
          { name: "status", github: { commitStatus: { context: "a/{{target.name}}", description: "{{status.state}}" } } },
          { name: "pr", on: ["GitRepoReady", "GitRepoFailed"], github: { pullRequestComment: {} } },
          {
            name: "ghes",
            github: { deployment: {}, apiUrl: "https://ghes.example.com:8443/api/v3", auth: { tokenSecretRef: secretRef } },
          },
          { name: "app", github: { checkRun: {}, auth: { appSecretRef: { namespace: "signalman", name: "app" } } } },
          {
            name: "chat",
            on: ["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"],
            order: "every",
            suspend: true,
            webhook: {
              url: "http://hooks.example.com:8080/a%20b?x=[1]&y=~",
              method: "POST",
              headers: { "X-Env": "prod", "X-Empty": "" },
              format: "template",
              contentType: "text/plain",
              body: "{{summary}}",
              auth: { basic: { usernameSecretRef: secretRef, passwordSecretRef: secretRef } },
              signing: { secretRef, previousSecretRef: secretRef },
              timeout: "30s",
            },
          },
          {
            name: "audit",
            webhook: {
              url: 'https://hooks.example.com/{{gitRepo.name}}?on={{#if rollout.failure}}{{short "0123456789"}}{{/if}}',
              method: "PUT",
              headers: { "X-Commit": "{{short commit}} of {{gitRepo.name}}" },
              format: "cloudevents",
              auth: { header: { name: "Authorization", secretRef } },
              tls: { caSecretRef: secretRef, clientCertSecretRef: { namespace: "signalman", name: "hook-tls" } },
            },
          },
          { name: "secret", webhook: { urlSecretRef: secretRef } },
        ],
      },
    };
    expect(parseNotification(object)).toMatchObject({ kind: "valid" });
    const created = await client.request("POST", `${group}/clusternotifications?fieldValidation=Strict`, { body: object });
    expect(created).toMatchObject({ code: 201, body: { spec: object.spec } });
    const status = { observedGeneration: 1, streams: { total: 3, pending: 1, failing: 0 }, lastSentTime: "", lastError: "" };
    const path = `${group}/clusternotifications/everything/status`;
    expect(await client.patch(path, { status, spec: { suspend: true } })).toMatchObject({
      code: 200,
      body: { status, spec: { suspend: false } },
    });
  });

  test("on without quotes, which YAML 1.1 reads as true, is understood as on", async () => {
    const yaml = [
      "apiVersion: signalman.dev/v1alpha1",
      "kind: Notification",
      "metadata: { name: unquoted }",
      "spec:",
      "  destinations:",
      "    - name: chat",
      "      on: [GitRepoReady]",
      "      webhook: { url: https://hooks.example.com }",
    ].join("\n");
    const agent = new Agent({ connect: { ca: controlPlane.certificateAuthority } });
    const { statusCode, body } = await request(
      `${controlPlane.url}${notifications}/unquoted?fieldManager=t&fieldValidation=Strict`,
      {
        method: "PATCH",
        dispatcher: agent,
        headers: { authorization: `Bearer ${controlPlane.token}`, "content-type": "application/apply-patch+yaml" },
        body: yaml,
        signal: AbortSignal.timeout(30_000),
      },
    );
    const stored = (await body.json()) as { spec: { destinations: readonly Record<string, unknown>[] } };
    await agent.close();
    expect(statusCode).toBe(201);
    // The counter-test: the server does not call it "on".
    expect(stored.spec.destinations[0]).toMatchObject({ true: ["GitRepoReady"] });
    const parsed = parseNotification(stored);
    expect(parsed).toMatchObject({ kind: "valid", notification: { spec: { destinations: [{ on: ["GitRepoReady"] }] } } });
  });

  test("a foreign event for GitHub is refused under both names of on", async () => {
    const answer = await create({
      apiVersion: "signalman.dev/v1alpha1",
      kind: "Notification",
      metadata: { name: "x" },
      spec: { destinations: [{ name: "a", true: ["GitRepoDegraded"], github: { commitStatus: {} } }] },
    } as unknown as { kind: string });
    expect(answer.code).toBe(422);
  });

  test("kubectl get shows whether a Notification is ready, its streams, and when it last sent", async () => {
    const path = `${notifications}/shown`;
    const spec = { destinations: [{ name: "status", github: { commitStatus: {} } }] };
    const head = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: "shown" } };
    await client.request("POST", notifications, { body: { ...head, spec } });
    const time = new Date(Date.now() - 3_600_000).toISOString();
    const condition = { type: "Ready", status: "True", reason: "Valid", message: "", lastTransitionTime: time };
    const status = { conditions: [condition], streams: { total: 12, pending: 1, failing: 0 }, lastSentTime: time, lastError: "" };
    expect((await client.patch(`${path}/status`, { status })).code).toBe(200);
    expect(await tableOf(path)).toMatchObject({ Name: "shown", Ready: "True", Streams: 12, Pending: 1, "Last sent": "60m" });
  });

  test("kubectl get deliveries shows Notification, destination, streams, pending, last sent time and last error", async () => {
    const path = `${group}/namespaces/fleet-default/deliveries`;
    const spec = {
      notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
      destination: "chat",
      shard: "",
      part: 0,
      pending: 2,
      failing: 1,
      streamCount: 3,
      lastSentTime: "",
      lastError: "410 Gone",
      streams: ["{}"],
    };
    const head = { apiVersion: "signalman.dev/v1alpha1", kind: "Delivery", metadata: { name: "shown" } };
    const created = await client.request("POST", `${path}?fieldValidation=Strict`, { body: { ...head, spec } });
    expect(created).toMatchObject({ code: 201, body: { spec } });
    expect(await tableOf(`${path}/shown`)).toMatchObject({
      Notification: "deployments",
      Destination: "chat",
      Streams: 3,
      Pending: 2,
      Failing: 1,
      "Last sent": "<unknown>",
      "Last error": "410 Gone",
    });
  });

  /** What `kubectl get` prints of one object, by column. */
  async function tableOf(path: string): Promise<Readonly<Record<string, unknown>>> {
    const agent = new Agent({ connect: { ca: controlPlane.certificateAuthority } });
    const { body } = await request(`${controlPlane.url}${path}`, {
      dispatcher: agent,
      headers: { authorization: `Bearer ${controlPlane.token}`, accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
      signal: AbortSignal.timeout(30_000),
    });
    const table = (await body.json()) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
    await agent.close();
    return Object.fromEntries(table.columnDefinitions.map(({ name }, index) => [name, table.rows[0]?.cells[index]]));
  }
});

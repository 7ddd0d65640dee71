import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterNotification, notification, rulesOf } from "../../../test/notifications/make-notification.ts";
import type { Notification } from "./notification.ts";
import { formatPath } from "./problem.ts";
import { wholeDestination } from "./target-set.ts";
import { traceRule, type TracedRule } from "./trace-rule.ts";

const upper = clusterNotification(`
timing: { settle: 30s }
destinations:
- name: chat
  on: [GitRepoReady, GitRepoFailed]
  webhook:
    url: https://platform.example/hook
    timeout: 5s
    headers: { X-Env: all }
    auth: { bearer: { secretRef: { namespace: platform, name: hook, key: token } } }
- { name: status, github: { commitStatus: { pullRequestHeads: false } } }
targets:
- { name: prod, match: { clusterGroup: prod }, suspend: true }
`);
const lower = notification(`
modified: ignore
destinations:
- name: chat
  when: "rollout.clusters.total > 1"
- { name: status, webhook: { url: https://team.example/status } }
targets:
- name: prod
  timing: { settle: 1m }
  destinations: [{ name: chat, suspend: true, webhook: { url: https://team.example/prod } }]
`);

function traced(pair: { upper: Notification | null; lower: Notification | null }, key: string): TracedRule {
  const rule = rulesOf([pair.upper, pair.lower].filter((it) => it !== null)).find(
    (it) => `${it.destination} ${it.target}` === key,
  );
  if (rule === undefined) throw new Error(`no rule ${key}`);
  return traceRule(rule, pair);
}

/** `field = value < kind path`. */
function linesOf(fields: TracedRule["fields"]): readonly string[] {
  return fields.map(({ field, value, from }) => {
    const origin = from === null ? "default" : `${from.notification.kind} ${formatPath(from.path)}`;
    return `${formatPath(field)} = ${JSON.stringify(value)} < ${origin}`;
  });
}

describe("each field has the place where it was written", () => {
  test("three levels: the target's address, the Notification's condition, the ClusterNotification's events", () => {
    const { fields, notInherited, suspendedBy } = traced({ upper, lower }, "chat prod");
    expect(linesOf(fields)).toMatchInlineSnapshot(`
      [
        "match = {"clusterGroup":"prod"} < ClusterNotification spec.targets[0].match",
        "on = ["GitRepoReady","GitRepoFailed"] < ClusterNotification spec.destinations[0].on",
        "when = "rollout.clusters.total > 1" < Notification spec.destinations[0].when",
        "order = "latest" < default",
        "webhook.url = "https://team.example/prod" < Notification spec.targets[0].destinations[0].webhook.url",
        "webhook.timeout = "5s" < ClusterNotification spec.destinations[0].webhook.timeout",
        "webhook.method = "POST" < default",
        "webhook.format = "event" < default",
        "timing.settle = "1m" < Notification spec.targets[0].timing.settle",
        "timing.errorGrace = "3m" < default",
        "timing.notReadyDeadline = "10m" < default",
        "timing.maxHold = "10m" < default",
        "modified = "ignore" < Notification spec.modified",
      ]
    `);
    expect(linesOf(notInherited)).toMatchInlineSnapshot(`
      [
        "webhook.headers = {"X-Env":"all"} < ClusterNotification spec.destinations[0].webhook.headers",
        "webhook.auth = {"bearer":{"secretRef":{"namespace":"platform","name":"hook","key":"token"}}} < ClusterNotification spec.destinations[0].webhook.auth",
      ]
    `);
    expect(suspendedBy.map(({ notification: { kind }, path }) => `${kind} ${formatPath(path)}`)).toMatchInlineSnapshot(`
      [
        "ClusterNotification spec.targets[0].suspend",
        "Notification spec.targets[0].destinations[0].suspend",
      ]
    `);
  });

  test("another type inherits nothing, and what is lost with it is told", () => {
    const { fields, notInherited } = traced({ upper, lower }, "status ");
    expect(linesOf(fields).filter((it) => it.startsWith("github"))).toEqual([]);
    expect(linesOf(notInherited)).toEqual([
      "github.commitStatus.pullRequestHeads = false < ClusterNotification spec.destinations[1].github.commitStatus.pullRequestHeads",
    ]);
  });

  test("an account on GitHub", () => {
    const above = clusterNotification(
      "destinations: [{ name: status, github: { commitStatus: {}, apiUrl: 'https://a.example', auth: { appSecretRef: { namespace: p, name: app } } } }]",
    );
    const below = notification(
      "destinations: [{ name: status, github: { commitStatus: { context: deploy }, apiUrl: 'https://b.example', auth: { tokenSecretRef: { name: own, key: token } } } }]",
    );
    const github = (pair: Parameters<typeof traced>[0]) =>
      linesOf(traced(pair, "status ").fields).filter((it) => it.startsWith("github") && !it.endsWith("default"));
    expect(github({ upper: above, lower: null })).toMatchInlineSnapshot(`
      [
        "github.apiUrl = "https://a.example" < ClusterNotification spec.destinations[0].github.apiUrl",
        "github.auth = {"appSecretRef":{"namespace":"p","name":"app"}} < ClusterNotification spec.destinations[0].github.auth",
      ]
    `);
    expect(github({ upper: above, lower: below })).toMatchInlineSnapshot(`
      [
        "github.apiUrl = "https://b.example" < Notification spec.destinations[0].github.apiUrl",
        "github.auth = {"tokenSecretRef":{"name":"own","key":"token"}} < Notification spec.destinations[0].github.auth",
        "github.commitStatus.context = "deploy" < Notification spec.destinations[0].github.commitStatus.context",
      ]
    `);
  });

  test("a Notification alone: its own, and the defaults", () => {
    const alone = notification("destinations: [{ name: status, github: { commitStatus: {} } }]");
    expect(linesOf(traced({ upper: null, lower: alone }, "status ").fields)).toMatchInlineSnapshot(`
      [
        "on = ["GitRepoDeploying","GitRepoReady","GitRepoFailed","GitRepoRolledBack"] < default",
        "order = "latest" < default",
        "github.commitStatus.group = "gitRepo" < default",
        "github.commitStatus.pullRequestHeads = true < default",
        "timing.settle = "15s" < default",
        "timing.errorGrace = "3m" < default",
        "timing.notReadyDeadline = "10m" < default",
        "timing.maxHold = "10m" < default",
        "modified = "failure" < default",
      ]
    `);
  });
});

test("suspend: false of a Notification takes the ClusterNotification's back", () => {
  const muted = clusterNotification(`suspend: true\ndestinations: [{ name: chat, webhook: { url: "https://x.example" } }]`);
  const unmuted = notification("suspend: false\ndestinations: [{ name: chat, order: every }]");
  expect(traced({ upper: muted, lower: null }, "chat ").suspendedBy.map((it) => formatPath(it.path))).toEqual(["spec.suspend"]);
  expect(traced({ upper: muted, lower: unmuted }, "chat ").suspendedBy).toEqual([]);
});

test("whatever the levels say, a field's value stands where it is said to", () => {
  const webhook = {
    url: fc.constantFrom("https://a.example", "https://b.example"),
    timeout: fc.constantFrom("1s", "2s"),
    headers: fc.constantFrom({ x: "1" }, { x: "2" }),
    auth: fc.constantFrom("k1", "k2").map((key) => ({ bearer: { secretRef: { namespace: "n", name: "s", key } } })),
  };
  const change = fc.record(
    {
      on: fc.constantFrom(["GitRepoReady"], ["GitRepoFailed"]),
      order: fc.constantFrom("latest", "every"),
      webhook: fc.record(webhook, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  const highest = fc.record(webhook, { requiredKeys: ["url"] });
  const spec = (own: object, inTarget: object) =>
    JSON.stringify({
      destinations: [{ name: "chat", ...own }],
      targets: [{ name: "prod", match: { clusterName: "a" }, destinations: [{ name: "chat", ...inTarget }] }],
    });
  fc.assert(
    fc.property(highest, fc.tuple(change, change, change), (first, [second, third, fourth]) => {
      const unnamed = (text: string) => text.replaceAll('"namespace":"n",', "");
      const pair = {
        upper: clusterNotification(spec({ webhook: first }, second)),
        lower: notification(unnamed(spec(third, fourth))),
      };
      const whole = wholeDestination({ spec: pair.lower.spec, above: pair.upper.spec }, { target: "prod", destination: "chat" });
      const { fields } = traced(pair, "chat prod");
      for (const { field, value, from } of fields) {
        if (from === null || ["match", "timing", "modified"].includes(String(field[0]))) continue;
        const owner = from.notification.kind === "Notification" ? pair.lower : pair.upper;
        expect(at(owner, from.path)).toEqual(value);
        expect(at(whole, field)).toEqual(value);
      }
      const told = new Set(fields.map(({ field }) => formatPath(field)));
      for (const name of Object.keys(whole?.webhook ?? {})) expect(told).toContain(`webhook.${name}`);
    }),
  );
});

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((it, key) => (it as Record<string | number, unknown> | undefined)?.[key], value);
}

import { describe, expect, test } from "vitest";
import { sampleCommitStatus } from "../../../test/samples/commit-status.ts";
import type { Notification } from "./notification.ts";
import { clusterNotification, codesOf, gitRepo, notification, rulesOf } from "../../../test/notifications/make-notification.ts";
import { resolveRules } from "./resolve.ts";
import type { WebhookConfig } from "./rule.ts";

const status = "destinations: [{ name: status, github: { commitStatus: {} } }]";
const platformHook = `
destinations:
- name: chat
  on: [GitRepoReady]
  order: every
  webhook:
    url: https://platform.example/hook
    headers: { X-Env: prod }
    timeout: 5s
    auth: { bearer: { secretRef: { namespace: platform, name: hook, key: token } } }
`;

describe("defaults (design §3, §4)", () => {
  test("a commit status tells Deploying, Ready, Failed and RolledBack, and puts statuses on pull requests' heads", () => {
    const [rule] = rulesOf([notification(status)]);
    expect(rule).toEqual({
      notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
      generation: 1,
      creationMs: Date.UTC(2026, 10, 1),
      destination: "status",
      target: "",
      targets: expect.objectContaining({ targets: [expect.objectContaining({ name: "", match: null })] }) as unknown,
      on: new Set(["GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"]),
      when: null,
      order: "latest",
      timing: { settleMs: 15_000, errorGraceMs: 180_000, notReadyDeadlineMs: 600_000, maxHoldMs: 600_000 },
      modified: "failure",
      suspended: false,
      config: sampleCommitStatus,
      account: null,
    });
  });

  test("a webhook tells Ready, Failed, RolledBack and Degraded, as event JSON, within 10 s", () => {
    const [rule] = rulesOf([notification("destinations: [{ name: chat, webhook: { url: 'https://x.example' } }]")]);
    expect(rule?.on).toEqual(new Set(["GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded"]));
    expect(rule?.config).toEqual({
      type: "webhook",
      url: "https://x.example",
      method: "POST",
      headers: {},
      format: "event",
      contentType: "application/json",
      body: "",
      auth: { kind: "none" },
      urlSecret: null,
      signing: null,
      tls: null,
      timeoutMs: 10_000,
    });
  });

  test("Secrets are read from the Notification's own namespace", () => {
    const auth = "auth: { basic: { usernameSecretRef: { name: a, key: u }, passwordSecretRef: { name: a, key: p } } }";
    const [rule] = rulesOf([notification(`destinations: [{ name: chat, webhook: { url: 'https://x.example', ${auth} } }]`)]);
    expect((rule!.config as WebhookConfig).auth).toEqual({
      kind: "basic",
      username: { namespace: "fleet-default", name: "a", key: "u" },
      password: { namespace: "fleet-default", name: "a", key: "p" },
    });
  });
});

describe("which GitRepos", () => {
  test.each([
    ["all of its namespace", "{}", {}, true],
    ["none of another namespace", "{}", { namespace: "other" }, false],
    ["a pattern that fits", "{ names: ['sh*'] }", {}, true],
    ["one of several patterns", "{ names: ['x', 'sho?'] }", {}, true],
    ["a pattern that does not fit", "{ names: ['web-*'] }", {}, false],
    ["labels", "{ selector: { matchLabels: { team: a } } }", { labels: { team: "a" } }, true],
    ["other labels", "{ selector: { matchLabels: { team: a } } }", { labels: { team: "b" } }, false],
    [
      "name and labels must both fit",
      "{ names: [web], selector: { matchLabels: { team: a } } }",
      { labels: { team: "a" } },
      false,
    ],
    ["NotIn without the label", "{ selector: { matchExpressions: [{ key: t, operator: NotIn, values: [a] }] } }", {}, true],
    ["In without the label", "{ selector: { matchExpressions: [{ key: t, operator: In, values: [a] }] } }", {}, false],
    ["Exists", "{ selector: { matchExpressions: [{ key: t, operator: Exists }] } }", { labels: { t: "" } }, true],
    ["DoesNotExist", "{ selector: { matchExpressions: [{ key: t, operator: DoesNotExist }] } }", { labels: { t: "" } }, false],
    ["a label named like a method", "{ selector: { matchExpressions: [{ key: toString, operator: Exists }] } }", {}, false],
  ])("%s", (_, gitRepos, fields, expected) => {
    expect(rulesOf([notification(`${status}\ngitRepos: ${gitRepos}`)], fields).length === 1).toBe(expected);
  });

  test("a ClusterNotification reaches every namespace, or those that it names", () => {
    expect(rulesOf([clusterNotification(status)], { namespace: "any" })).toHaveLength(1);
    const named = clusterNotification(`${status}\ngitRepos: { namespaces: ['fleet-*'] }`);
    expect(rulesOf([named], { namespace: "any" })).toHaveLength(0);
    expect(rulesOf([named])).toHaveLength(1);
  });
});

describe("levels: a Notification overrides the ClusterNotification of its name, destination by destination, field by field", () => {
  test("what it does not say stays; the streams keep the ClusterNotification's identity", () => {
    const lower = notification(
      "destinations: [{ name: chat, on: [GitRepoFailed], webhook: { timeout: 2s } }]\ntiming: { settle: 1s }",
    );
    const [rule] = rulesOf([lower, clusterNotification(`${platformHook}\ntiming: { settle: 9s, maxHold: 1m }`)]);
    expect(rule?.notification).toEqual({ kind: "ClusterNotification", namespace: "", name: "deployments" });
    expect(rule).toMatchObject({
      on: new Set(["GitRepoFailed"]),
      order: "every",
      timing: { settleMs: 1_000, maxHoldMs: 60_000 },
    });
    expect(rule?.config).toMatchObject({
      url: "https://platform.example/hook",
      headers: { "X-Env": "prod" },
      timeoutMs: 2_000,
      auth: { kind: "bearer", secret: { namespace: "platform", name: "hook", key: "token" } },
    });
  });

  test("who changes the url inherits no auth and no headers", () => {
    const [rule] = rulesOf([
      clusterNotification(platformHook),
      notification("destinations: [{ name: chat, webhook: { url: 'https://tenant.example' } }]"),
    ]);
    expect(rule?.config).toMatchObject({ url: "https://tenant.example", headers: {}, auth: { kind: "none" }, timeoutMs: 5_000 });
  });

  test("another type inherits nothing", () => {
    const [rule] = rulesOf([
      clusterNotification(platformHook),
      notification("destinations: [{ name: chat, github: { commitStatus: {} } }]"),
    ]);
    expect(rule).toMatchObject({ order: "latest", config: { type: "commitStatus" } });
    expect(rule?.on.has("GitRepoDeploying")).toBe(true);
  });

  test("GitRepos that it does not select keep the ClusterNotification's", () => {
    const lower = notification("gitRepos: { names: [web] }\ndestinations: [{ name: chat, suspend: true }]");
    expect(rulesOf([clusterNotification(platformHook), lower]).map((it) => it.suspended)).toEqual([false]);
    expect(rulesOf([clusterNotification(platformHook), lower], { name: "web" }).map((it) => it.suspended)).toEqual([true]);
  });

  test("Notifications of other names and namespaces override nothing", () => {
    const others = [
      notification("destinations: [{ name: chat, suspend: true }]", { name: "other" }),
      notification("destinations: [{ name: chat, suspend: true }]", { namespace: "other" }),
    ];
    expect(rulesOf([clusterNotification(platformHook), ...others]).map((it) => it.suspended)).toEqual([false]);
  });

  test("a destination that it adds is its own, with its own namespace for Secrets", () => {
    const added =
      "destinations: [{ name: mine, webhook: { url: 'https://t.example', auth: { bearer: { secretRef: { name: a, key: b } } } } }]";
    const rules = rulesOf([clusterNotification(platformHook), notification(added)]);
    expect(rules.map((it) => `${it.notification.kind} ${it.destination}`)).toEqual([
      "ClusterNotification chat",
      "Notification mine",
    ]);
    expect((rules[1]!.config as WebhookConfig).auth).toMatchObject({ secret: { namespace: "fleet-default" } });
  });

  test("suspend mutes all of it, or one destination; a lower level can say otherwise", () => {
    expect(rulesOf([notification(`${status}\nsuspend: true`)])[0]?.suspended).toBe(true);
    const muted = clusterNotification(`${platformHook}\nsuspend: true`);
    expect(rulesOf([muted])[0]?.suspended).toBe(true);
    expect(
      rulesOf([muted, notification("suspend: false\ndestinations: [{ name: chat, on: [GitRepoFailed] }]")])[0]?.suspended,
    ).toBe(false);
  });

  test("an override for a GitRepo that the ClusterNotification does not select has nothing to override, and is no problem", () => {
    const upper = clusterNotification(`${platformHook}\ngitRepos: { names: [web] }`);
    const lower = notification("destinations: [{ name: chat, suspend: true }]");
    expect(rulesOf([upper, lower])).toEqual([]);
    expect(codesOf([upper, lower])).toEqual([]);
  });

  test("what no level gives is a problem, and stops only that destination", () => {
    const lower = notification(
      "destinations: [{ name: chat, on: [GitRepoReady] }, { name: hook, webhook: {} }, { name: status, github: { commitStatus: {} } }]",
    );
    expect(codesOf([lower])).toEqual(["DestinationType spec.destinations.0", "MissingField spec.destinations.1.webhook.url"]);
    expect(rulesOf([lower]).map((it) => it.destination)).toEqual(["status"]);
  });

  test("events that the merged destination cannot report, and a body that it does not use, are problems", () => {
    const upper = clusterNotification(
      "destinations: [{ name: status, github: { commitStatus: {} } }, { name: hook, webhook: { url: 'https://x.example', format: event } }]",
    );
    const lower = notification("destinations: [{ name: status, on: [GitRepoDegraded] }, { name: hook, webhook: { body: x } }]");
    expect(codesOf([upper, lower])).toEqual([
      "EventNotTheirs spec.destinations.0.on.0",
      "UnusedField spec.destinations.1.webhook.body",
    ]);
  });

  test("format event in place of an inherited template uses no body, and is no problem", () => {
    const upper = clusterNotification(
      "destinations: [{ name: hook, webhook: { url: 'https://x.example', format: template, body: '{}' } }]",
    );
    const lower = notification("destinations: [{ name: hook, webhook: { format: event } }]");
    expect(codesOf([upper, lower])).toEqual([]);
    expect(rulesOf([upper, lower])[0]?.config).toMatchObject({ format: "event", body: "" });
  });
});

describe("two commit statuses in one context", () => {
  const older = notification(status, { name: "older", created: "2026-11-01T00:00:00Z" });
  const younger = notification(status, { name: "a-younger", created: "2026-11-02T00:00:00Z" });

  test("the younger one is told, and not sent", () => {
    const { rules, problems } = resolveRules([younger, older]).rulesOf(gitRepo());
    expect(rules.map((it) => it.notification.name)).toEqual(["older"]);
    expect(problems.map((it) => [it.notification.name, it.problem.code, it.problem.message])).toMatchInlineSnapshot(`
      [
        [
          "a-younger",
          "ContextConflict",
          "Destination "status" is not sent for GitRepo fleet-default/shop: Notification fleet-default/older, destination "status" writes the commit status "fleet/fleet-default/shop" already. Keep one of them, or select other GitRepos.",
        ],
      ]
    `);
  });

  test("a muted one takes no part", () => {
    const muted = notification(`${status}\nsuspend: true`, { name: "older", created: "2026-11-01T00:00:00Z" });
    const { rules, problems } = resolveRules([younger, muted]).rulesOf(gitRepo());
    expect(rules.map((it) => `${it.notification.name} ${it.suspended}`)).toEqual(["a-younger false", "older true"]);
    expect(problems).toEqual([]);
  });

  const named = (context: string, name: string) => {
    return notification(`destinations: [{ name: status, github: { commitStatus: { context: '${context}' } } }]`, { name });
  };
  const losersOf = (notifications: readonly Notification[]) => {
    return resolveRules(notifications)
      .rulesOf(gitRepo())
      .problems.map((it) => it.notification.name);
  };

  test("templates are compared by what they make of the GitRepo and the target; upper and lower case are the same", () => {
    expect(losersOf([named("deploy/{{gitRepo.name}}", "a"), named("Deploy/SHOP", "b")])).toEqual(["b"]);
    expect(losersOf([named("deploy/{{gitRepo.name}}", "a"), named("deploy/{{gitRepo.namespace}}", "b")])).toEqual([]);
    expect(losersOf([notification(status, { name: "a" }), named("fleet/{{gitRepo.namespace}}/{{gitRepo.name}}", "b")])).toEqual([
      "b",
    ]);
  });

  test("two targets in one context are a conflict, and a status never has the name of a check run", () => {
    const targets = "targets: [{ name: prod, match: { clusterName: a } }]";
    const one = notification(`destinations: [{ name: status, github: { commitStatus: { context: deploy } } }]\n${targets}`, {
      name: "a",
    });
    expect(losersOf([one])).toEqual(["a"]);
    const check = notification("destinations: [{ name: check, github: { checkRun: {} } }]", { name: "a" });
    expect(losersOf([check, named("fleet/fleet-default/shop rollout", "b")])).toEqual(["b"]);
  });

  test("webhooks and comments do not conflict", () => {
    const comment = (name: string) => notification("destinations: [{ name: pr, github: { pullRequestComment: {} } }]", { name });
    expect(resolveRules([comment("a"), comment("b")]).rulesOf(gitRepo()).problems).toEqual([]);
  });
});

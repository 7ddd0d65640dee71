import { describe, expect, test } from "vitest";
import { clusterNotification, codesOf, gitRepo, notification, rulesOf } from "../../../test/notifications/make-notification.ts";
import { resolveRules } from "./resolve.ts";
import type { Rule, WebhookConfig } from "./rule.ts";

const status = "destinations: [{ name: status, github: { commitStatus: {} } }]";

describe("targets (design §3)", () => {
  const stages = (rest: string) => `
destinations: [{ name: chat, on: [GitRepoReady], webhook: { url: "https://x.example/all", headers: { X-Env: all }, auth: { bearer: { secretRef: { name: a, key: b } } } } }]
targets:
- name: prod
  match: { clusterGroup: prod }
${rest}`;
  const webhooks = (rules: readonly Rule[]) =>
    Object.fromEntries(rules.map((it) => [`${it.destination} ${it.target}`.trim(), (it.config as WebhookConfig).url]));

  test("each target has every destination, and the clusters that none claims are the unnamed one", () => {
    const rules = rulesOf([notification(stages("- { name: dev, match: { clusterName: dev-1 } }"))]);
    expect(rules.map((it) => `${it.destination} ${it.target}`)).toEqual(["chat prod", "chat dev", "chat "]);
    expect(rules[0]?.targets.targets.map((it) => it.match)).toEqual([{ clusterGroup: "prod" }, { clusterName: "dev-1" }, null]);
  });

  test("a target overrides field by field: triggers, order, template; who changes the url inherits no auth and no headers", () => {
    const [moved] = rulesOf([
      notification(stages("  destinations: [{ name: chat, order: every, webhook: { url: 'https://x.example/prod' } }]")),
    ]);
    expect(moved?.order).toBe("every");
    expect(moved?.on).toEqual(new Set(["GitRepoReady"]));
    expect(moved?.config).toMatchObject({ url: "https://x.example/prod", headers: {}, auth: { kind: "none" } });
    const [kept] = rulesOf([
      notification(stages("  destinations: [{ name: chat, on: [GitRepoFailed], webhook: { timeout: 3s } }]")),
    ]);
    expect(kept?.on).toEqual(new Set(["GitRepoFailed"]));
    expect(kept?.config).toMatchObject({
      url: "https://x.example/all",
      headers: { "X-Env": "all" },
      auth: { kind: "bearer" },
      timeoutMs: 3_000,
    });
  });

  test("a Notification's change of what is inherited holds where its target writes the type once more", () => {
    const upper = clusterNotification("destinations: [{ name: chat, webhook: { url: 'https://x.example/all' } }]");
    const lower = notification(`
destinations: [{ name: chat, when: "rollout.clusters.total > 1", order: every }]
targets:
- name: prod
  match: { clusterGroup: prod }
  destinations: [{ name: chat, webhook: { url: "https://x.example/prod" } }]`);
    const [prod] = rulesOf([upper, lower]);
    expect(prod).toMatchObject({ target: "prod", order: "every", config: { url: "https://x.example/prod" } });
    expect(prod?.when).not.toBe(null);
  });

  test("a destination that only a target has is sent for that target alone", () => {
    const spec = stages("  destinations: [{ name: pager, webhook: { url: 'https://pager.example' } }]");
    expect(webhooks(rulesOf([notification(spec)]))).toEqual({
      "chat prod": "https://x.example/all",
      "pager prod": "https://pager.example",
      chat: "https://x.example/all",
    });
  });

  test("timing, modified and suspend are the target's, else the Notification's", () => {
    const rules = rulesOf([
      notification(
        stages("  timing: { settle: 5m }\n  modified: ignore\n  suspend: true\ntiming: { settle: 1s, errorGrace: 1m }"),
      ),
    ]);
    expect(rules.map((it) => [it.target, it.timing.settleMs, it.timing.errorGraceMs, it.modified, it.suspended])).toEqual([
      ["prod", 300_000, 60_000, "ignore", true],
      ["", 1_000, 60_000, "failure", false],
    ]);
  });

  test("a destination that is muted can be told of in one target", () => {
    const spec =
      "destinations: [{ name: s, suspend: true, github: { commitStatus: {} } }]\ntargets: [{ name: prod, match: { clusterName: a }, destinations: [{ name: s, suspend: false }] }]";
    expect(rulesOf([notification(spec)]).map((it) => [it.target, it.suspended])).toEqual([
      ["prod", false],
      ["", true],
    ]);
  });

  const platform = clusterNotification(`
destinations: [{ name: chat, webhook: { url: "https://platform.example/all" } }]
targets:
- { name: prod, match: { clusterGroup: prod }, destinations: [{ name: chat, webhook: { auth: { bearer: { secretRef: { namespace: platform, name: a, key: b } } } } }] }
- { name: dev, match: { clusterGroup: dev } }
`);

  test("a Notification's targets come after the ClusterNotification's, and may leave out a match that is there", () => {
    const own = notification(
      "destinations: [{ name: chat, order: every }]\ntargets: [{ name: edge, match: { clusterName: e } }, { name: dev, timing: { settle: 1s } }]",
    );
    const rules = rulesOf([platform, own]);
    expect(rules.map((it) => [it.target, it.order, it.timing.settleMs])).toEqual([
      ["prod", "every", 15_000],
      ["dev", "every", 1_000],
      ["edge", "every", 15_000],
      ["", "every", 15_000],
    ]);
    expect(new Set(rules.map((it) => it.targets.key)).size).toBe(1);
  });

  test("no target of the platform's brings its token to an address that a tenant wrote", () => {
    const tenant = notification("destinations: [{ name: chat, webhook: { url: 'https://tenant.example' } }]");
    for (const { config } of rulesOf([platform, tenant]))
      expect(config).toMatchObject({ url: "https://tenant.example", auth: { kind: "none" } });
    const tenantsTarget = notification(
      "destinations: [{ name: chat, order: every }]\ntargets: [{ name: prod, destinations: [{ name: chat, webhook: { url: 'https://tenant.example' } }] }]",
    );
    const [prod, dev] = rulesOf([platform, tenantsTarget]);
    expect(prod?.config).toMatchObject({ url: "https://tenant.example", auth: { kind: "none" } });
    expect(dev?.config).toMatchObject({ url: "https://platform.example/all" });
  });

  test("two Notifications write one context only where their targets have one name", () => {
    const spec = (target: string) => `${status}\ntargets: [{ name: ${target}, match: { clusterName: a } }]`;
    const older = notification(spec("prod"), { name: "older", created: "2026-01-01T00:00:00Z" });
    const { rules, problems } = resolveRules([
      older,
      notification(spec("prod")),
      notification(spec("dev"), { name: "third" }),
    ]).rulesOf(gitRepo());
    expect(rules.map((it) => `${it.notification.name} ${it.target}`)).toEqual(["older prod", "older ", "third dev"]);
    expect(problems.map((it) => it.problem.message)[0]).toContain('"fleet/fleet-default/shop (prod)" already');
  });

  test("a url that every target has of its own is not missed above them; one that a target lacks is", () => {
    const spec = (second: string) =>
      `destinations: [{ name: chat, on: [GitRepoReady], webhook: { timeout: 3s } }]\ntargets: [{ name: a, match: { clusterName: a }, destinations: [{ name: chat, webhook: { url: 'https://a.example' } }] }, ${second}]`;
    expect(codesOf([notification(spec("{ name: b, match: { clusterName: b } }"))])).toEqual([]);
    expect(codesOf([notification(spec("{ name: b, destinations: [{ name: pager, on: [GitRepoReady] }] }"))])).toEqual([
      "MissingField spec.targets.1.match",
      "DestinationType spec.targets.1.destinations.0",
    ]);
  });
});

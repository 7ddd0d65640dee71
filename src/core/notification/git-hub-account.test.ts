import { describe, expect, test } from "vitest";
import { clusterNotification, notification, rulesOf } from "../../../test/notifications/make-notification.ts";
import { accountKey } from "./git-hub-account.ts";

const ghes = "https://ghes.example.com/api/v3";
const platform = clusterNotification(`
destinations:
- name: status
  github:
    apiUrl: ${ghes}/
    auth: { tokenSecretRef: { namespace: platform, name: ghes, key: token } }
    commitStatus: { pullRequestHeads: false }
targets:
- { name: prod, match: { clusterGroup: prod } }
`);
const token = { kind: "token", token: { namespace: "platform", name: "ghes", key: "token" } };
/** The account of the rule for the clusters that no target claims. */
const accountOf = (...levels: Parameters<typeof rulesOf>[0]) => rulesOf(levels).find((it) => it.target === "")?.account;
const changed = (github: string) => notification(`destinations: [{ name: status, github: { commitStatus: {}, ${github} } }]`);

test("without github.auth it is Signalman itself", () => {
  expect(accountOf(notification("destinations: [{ name: status, github: { commitStatus: {} } }]"))).toBeNull();
});

test("a token and where GitHub is, without a slash at its end", () => {
  expect(accountOf(platform)).toEqual({ apiUrl: ghes, credentials: token });
});

test("an App is a Secret with the keys appId and privateKey, in the Notification's own namespace", () => {
  const own = { namespace: "fleet-default", name: "app" };
  const credentials = { kind: "app", appId: { ...own, key: "appId" }, privateKey: { ...own, key: "privateKey" } };
  expect(accountOf(changed("auth: { appSecretRef: { name: app } }"))).toEqual({ apiUrl: "", credentials });
});

describe("a level below", () => {
  const own = { kind: "token", token: { namespace: "fleet-default", name: "own", key: "token" } };
  const auth = "auth: { tokenSecretRef: { name: own, key: token } }";

  test("changes an option and keeps the account", () => {
    expect(accountOf(platform, changed(""))).toEqual({ apiUrl: ghes, credentials: token });
  });

  test("changes the credentials and keeps where GitHub is; its Secret is one of its own namespace", () => {
    expect(accountOf(platform, changed(auth))).toEqual({ apiUrl: ghes, credentials: own });
  });

  test("names another GitHub and inherits no credentials: without its own it makes no rule", () => {
    expect(accountOf(platform, changed("apiUrl: 'https://evil.example.com'"))).toBeUndefined();
    expect(accountOf(platform, changed(`apiUrl: 'https://other.example.com', ${auth}`))).toEqual({
      apiUrl: "https://other.example.com",
      credentials: own,
    });
  });

  test("counter-test: who writes the same GitHub again keeps them", () => {
    expect(accountOf(platform, changed(`apiUrl: '${ghes}/'`))).toEqual({ apiUrl: ghes, credentials: token });
  });

  test("changes them for one target alone", () => {
    const lower = notification(
      `destinations: [{ name: status, suspend: false }]\ntargets: [{ name: prod, destinations: [{ name: status, github: { commitStatus: {}, ${auth} } }] }]`,
    );
    const accounts = rulesOf([platform, lower]).map((it) => [it.target, it.account?.credentials]);
    expect(accounts).toEqual([
      ["prod", own],
      ["", token],
    ]);
  });
});

test("accounts are one where GitHub and Secret are", () => {
  const keys = [
    accountOf(platform),
    accountOf(changed("auth: { appSecretRef: { name: app } }")),
    accountOf(changed("auth: { tokenSecretRef: { name: app, key: token } }")),
    accountOf(changed("auth: { tokenSecretRef: { name: app, key: other } }")),
  ].map((it) => (it ? accountKey(it) : ""));
  expect(new Set(keys).size).toBe(keys.length);
  expect(accountKey(accountOf(platform) as NonNullable<ReturnType<typeof accountOf>>)).toBe(keys[0]);
});

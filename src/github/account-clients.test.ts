import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitHubUnderTest, type GitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import { acmeShop as repository, neverAborted as signal } from "../../test/github/destination-under-test.ts";
import { sampleSettings } from "../../test/samples/settings.ts";
import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import type { SecretReference } from "../core/notification/rule.ts";
import { SecretMissingError } from "../destinations/secret-missing-error.ts";
import { systemClock } from "../engine/system-clock.ts";
import { createHttpClient, type HttpClient } from "../http/client.ts";
import { createLog } from "../telemetry/log.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { AccountClients } from "./account-clients.ts";
import { gitHubOutcome } from "./outcome.ts";
import { GitHubRepositoryHost } from "./repository-host.ts";
import { startGitHub } from "./start-github.ts";

/** Signalman's own GitHub, and another one. */
let own: GitHubUnderTest;
let ghes: GitHubUnderTest;
let http: HttpClient;
let secrets: Map<string, string>;
beforeEach(async () => {
  [own, ghes] = [await gitHubUnderTest(), await gitHubUnderTest()];
  http = createHttpClient({ egress: { strict: false, allow: ["127.0.0.1/32", "::1/128"] } });
  secrets = new Map([["ghes/token", "ada-token\n"]]);
});
afterEach(async () => {
  await Promise.all([own.close(), ghes.close(), http.close()]);
  expect([...own.world.violations, ...ghes.world.violations]).toEqual([]);
});

const onGhes = { host: "localhost", owner: "acme", name: "shop" } as const;
/** Another host than that of Signalman's own. */
const ghesUrl = () => ghes.url.replace("127.0.0.1", "localhost");
const reference = (name: string, key: string): SecretReference => ({ namespace: "fleet-default", name, key });
const byToken = (apiUrl: string, name = "ghes"): GitHubAccount => ({
  apiUrl,
  credentials: { kind: "token", token: reference(name, "token") },
});
const byApp = (apiUrl: string): GitHubAccount => ({
  apiUrl,
  credentials: { kind: "app", appId: reference("app", "appId"), privateKey: reference("app", "privateKey") },
});

async function accounts(guardedFetch = http.fetch): Promise<AccountClients> {
  const { clients, connect } = await startGitHub({
    settings: sampleSettings({ gitHubApiUrl: own.url, gitHubToken: "ada-token" }),
    clock: systemClock,
    log: createLog({ level: "fatal" }),
    metrics: await createMetrics(),
    guardedFetch,
    onPushed: () => {},
    onInstalled: () => {},
  });
  const secret = async (it: SecretReference) => {
    const value = secrets.get(`${it.name}/${it.key}`);
    if (value === undefined) throw new SecretMissingError(it);
    return value;
  };
  return new AccountClients({ own: clients, connect, secret });
}

/** Writes a status as an account, and says as whom. */
async function write(
  known: AccountClients,
  account: GitHubAccount | null,
  on: typeof repository | typeof onGhes,
): Promise<string> {
  const clients = await known.of(account, signal);
  const octokit = await clients.forRepository(on, signal);
  const { first } = on === onGhes ? ghes : own;
  const { data } = await octokit.rest.repos.createCommitStatus({ owner: "acme", repo: "shop", sha: first, state: "success" });
  expect(await clients.botLogin(on, signal)).toBe(data.creator?.login);
  return data.creator?.login ?? "";
}

/** What comes of a message whose request fails. */
async function parkOf(known: AccountClients, account: GitHubAccount, on: typeof repository | typeof onGhes = onGhes) {
  const error: unknown = await write(known, account, on).then(
    () => null,
    (it: unknown) => it,
  );
  return gitHubOutcome(error, { isWrite: true, now: 0 });
}

test("without an account Signalman itself writes, on its own GitHub", async () => {
  expect(await write(await accounts(), null, repository)).toBe("ada");
  expect(own.world.statuses("acme/shop", own.first)).toHaveLength(1);
});

test("a token writes on the GitHub that the account names, and nowhere else", async () => {
  expect(await write(await accounts(), byToken(ghesUrl()), onGhes)).toBe("ada");
  expect([own.world.requests.length, ghes.world.statuses("acme/shop", ghes.first).length]).toEqual([0, 1]);
});

test("another App writes as its own bot", async () => {
  const { app, privateKey } = ghes.world.installations;
  ghes.world.install("acme/shop");
  secrets.set("app/appId", `${app.id}\n`).set("app/privateKey", Buffer.from(privateKey).toString("base64"));
  expect(await write(await accounts(), byApp(ghesUrl()), onGhes)).toBe("signalman[bot]");
});

test("another token on Signalman's own GitHub", async () => {
  own.world.addToken("eve-token", "eve");
  secrets.set("other/token", "eve-token");
  expect(await write(await accounts(), byToken("", "other"), repository)).toBe("eve");
});

test("a Secret that is changed is used from the next request on, and the same one keeps its connection", async () => {
  const known = await accounts();
  const first = await known.of(byToken(ghesUrl()), signal);
  expect(await known.of(byToken(ghesUrl()), signal)).toBe(first);
  ghes.world.addToken("eve-token", "eve");
  secrets.set("ghes/token", "eve-token");
  expect(await write(known, byToken(ghesUrl()), onGhes)).toBe("eve");
});

describe("what keeps an account from writing", () => {
  test.each([
    ["no Secret", {}, byToken("https://x", "none"), "SecretMissing", "Secret fleet-default/none does not exist"],
    ["an empty token", { "ghes/token": "" }, byToken("https://x"), "SecretMissing", "has no token"],
    ["a token of two lines", { "ghes/token": "a\nb: c" }, byToken("https://x"), "SecretMissing", "has no token"],
    ["an App's id that is its name", { "app/appId": "signalman" }, byApp("https://x"), "SecretMissing", "has no id of an App"],
    ["no key", { "app/appId": "1", "app/privateKey": "hunter2" }, byApp("https://x"), "SecretMissing", "has no private key"],
  ] as const)("%s", async (_, content, account, code, reason) => {
    for (const [key, value] of Object.entries(content)) secrets.set(key, value);
    const outcome = await parkOf(await accounts(), account);
    expect(outcome).toMatchObject({ kind: "park", code, reason: expect.stringContaining(reason) as unknown });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  test("a repository that is on another host: its token goes nowhere", async () => {
    expect(await parkOf(await accounts(), byToken(ghesUrl()), repository)).toMatchObject({
      kind: "park",
      code: "NotInstalled",
      reason: expect.stringContaining("speaks to GitHub on localhost, not to github.com") as unknown,
    });
    expect(ghes.world.requests).toEqual([]);
  });

  test("an address that may not be reached (egress guard): nothing leaves", async () => {
    const strict = createHttpClient({ egress: { strict: false, allow: [] } });
    const outcome = await parkOf(await accounts(strict.fetch), byToken(ghesUrl()));
    await strict.close();
    expect(outcome).toMatchObject({ kind: "park", code: "EgressRefused" });
    expect(ghes.world.requests).toEqual([]);
  });

  test("a token that GitHub does not know", async () => {
    secrets.set("ghes/token", "wrong");
    expect(await parkOf(await accounts(), byToken(ghesUrl()))).toMatchObject({ kind: "park", code: "Unauthorized" });
  });
});

describe("history is read by those who report the repository", () => {
  const host = async () => {
    const known = await accounts();
    return new GitHubRepositoryHost({ clientsOf: (account, abort) => known.of(account, abort), clock: systemClock });
  };

  test("on a GitHub that Signalman itself does not speak to", async () => {
    const second = await ghes.shop.git.commit({ "fleet.yaml": "two" }, { message: "Go on" });
    const question = { repository: onGhes, base: ghes.first, head: second };
    const asked = await host();
    expect(await asked.relation({ ...question, accounts: [byToken(ghesUrl())] }, signal)).toMatchObject({ status: "ahead" });
    expect(await asked.relation(question, signal)).toMatchObject({ kind: "noRepository" });
  });

  test("who has no access is followed by the next, and by Signalman itself", async () => {
    own.world.addToken("eve-token", "eve");
    secrets.set("other/token", "eve-token");
    const elsewhere = [byToken(ghesUrl()), byToken("", "other")];
    const answer = await (await host()).branchHead({ repository, branch: "main", accounts: elsewhere }, signal);
    expect(answer).toEqual({ kind: "head", sha: own.first });
  });

  test("a Secret that is missing may come: it is asked again, and not given up", async () => {
    const answer = await (
      await host()
    ).branchHead({ repository: onGhes, branch: "main", accounts: [byToken(ghesUrl(), "none")] }, signal);
    expect(answer).toMatchObject({ kind: "unavailable", reason: expect.stringContaining("fleet-default/none") as unknown });
  });
});

import nock from "nock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { neverAborted as signal } from "../../test/github/destination-under-test.ts";
import { TokenClients } from "./token-clients.ts";

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.restore();
  nock.activate();
});

const clients = (baseUrl = "") => new TokenClients({ token: "t0ken", baseUrl, fetch: globalThis.fetch });
const repository = (host: string) => ({ host, owner: "acme", name: "shop" });
const viewer = { data: { viewer: { login: "signalman-user" } } };

describe("which API a repository's host has", () => {
  test.each([
    ["github.com", "", "https://api.github.com", "", "/graphql"],
    ["ghe.acme.test", "", "https://ghe.acme.test", "/api/v3", "/api/graphql"],
    ["ghe.acme.test", "https://ghe.acme.test/api/v3", "https://ghe.acme.test", "/api/v3", "/api/graphql"],
    ["acme.ghe.com", "https://api.acme.ghe.com", "https://api.acme.ghe.com", "", "/graphql"],
  ])("%s with the base %j: REST at %s%s, GraphQL at %s", async (host, baseUrl, origin, rest, graphql) => {
    const scope = nock(origin, { reqheaders: { authorization: "token t0ken" } });
    scope.get(`${rest}/repos/acme/shop`).reply(200, { id: 1 });
    scope.post(graphql).reply(200, viewer);
    const asked = clients(baseUrl);
    const octokit = await asked.forRepository(repository(host));
    expect((await octokit.rest.repos.get({ owner: "acme", repo: "shop" })).data.id).toBe(1);
    expect(await asked.botLogin(repository(host), signal)).toBe("signalman-user");
    expect(nock.pendingMocks()).toEqual([]);
  });
});

describe("the login under which comments stand", () => {
  test("is asked once for a host, and anew where it may be another", async () => {
    const scope = nock("https://api.github.com").post("/graphql").times(2).reply(200, viewer);
    const asked = clients();
    await asked.botLogin(repository("github.com"), signal);
    await asked.botLogin(repository("github.com"), signal);
    expect(scope.isDone()).toBe(false);
    asked.forget();
    await asked.botLogin(repository("github.com"), signal);
    expect(scope.isDone()).toBe(true);
  });

  test("a question that failed is not remembered", async () => {
    nock("https://api.github.com").post("/graphql").reply(502, "").post("/graphql").reply(200, viewer);
    const asked = clients();
    await expect(asked.botLogin(repository("github.com"), signal)).rejects.toMatchObject({ status: 502 });
    expect(await asked.botLogin(repository("github.com"), signal)).toBe("signalman-user");
  });
});

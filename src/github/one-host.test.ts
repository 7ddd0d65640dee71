import { describe, expect, test } from "vitest";
import type { GitHubClients } from "./clients.ts";
import { hostsOf, onHosts } from "./one-host.ts";

const signal = new AbortController().signal;
const repository = (host: string) => ({ host, owner: "acme", name: "shop" });

/** Says for which host it was asked: whoever is asked would be given the token. */
function asking(): { clients: GitHubClients; asked: string[] } {
  const asked: string[] = [];
  const clients: GitHubClients = {
    forRepository: async ({ host }) => {
      asked.push(host);
      return null as never;
    },
    botLogin: async () => "bot",
    forget() {},
  };
  return { clients, asked };
}

describe("a GitRepo cannot have the token sent to a host of its own", () => {
  test.each(["evil.example.com", "github.com.evil.example.com", "127.0.0.1", "gitlab.com"])("%s", async (host) => {
    const { clients, asked } = asking();
    const guarded = onHosts(clients, hostsOf({ gheHost: "", gitHubApiUrl: "" }));
    await expect(guarded.forRepository(repository(host), signal)).rejects.toThrow("Use a webhook destination for other hosts");
    await expect(guarded.botLogin(repository(host), signal)).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  test("github.com's repositories, and with GHE_HOST that host's alone", async () => {
    const { clients, asked } = asking();
    await onHosts(clients, hostsOf({ gheHost: "", gitHubApiUrl: "" })).forRepository(repository("github.com"), signal);
    const ghes = onHosts(clients, hostsOf({ gheHost: "GHE.acme.test:8443", gitHubApiUrl: "" }));
    await ghes.forRepository(repository("ghe.acme.test"), signal);
    await expect(ghes.forRepository(repository("github.com"), signal)).rejects.toThrow();
    expect(asked).toEqual(["github.com", "ghe.acme.test"]);
  });

  test("another API base serves github.com's names and those of its own host", () => {
    expect([...hostsOf({ gheHost: "", gitHubApiUrl: "https://api.acme.ghe.com" })]).toEqual([
      "github.com",
      "api.acme.ghe.com",
      "acme.ghe.com",
    ]);
  });
});

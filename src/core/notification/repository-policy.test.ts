import { describe, expect, test } from "vitest";
import { anyRepository, repositoryPolicy } from "./repository-policy.ts";
import { resolveRules } from "./resolve.ts";
import { clusterNotification, gitRepo, notification } from "../../../test/notifications/make-notification.ts";

const asked = (namespace: string, path: string) => ({ namespace, repo: `https://github.com/${path}` });

describe("which namespace may report to which repository (design §9)", () => {
  test.each(["fleet-default", "fleet-local"])("%s may report to every repository without a grant", (namespace) => {
    expect(repositoryPolicy([])(asked(namespace, "acme/shop"))).toBe(true);
  });

  test("any other namespace needs a grant", () => {
    expect(repositoryPolicy([])(asked("team-a", "acme/shop"))).toBe(false);
    expect(repositoryPolicy([{ namespace: "team-b", repository: "acme/shop" }])(asked("team-a", "acme/shop"))).toBe(false);
  });

  test.each([
    ["team-a", "acme/shop", "acme/shop", true],
    ["team-a", "acme/shop", "Acme/Shop.git", true],
    ["team-a", "ACME/shop", "acme/shop", true],
    ["team-a", "acme/shop", "acme/shop-secrets", false],
    ["team-a", "acme/*", "acme/shop", true],
    ["team-a", "acme/*", "acme-evil/shop", false],
    ["team-?", "acme/shop", "acme/shop", true],
    ["*", "*/*", "acme/shop", true],
  ])("%s=%s lets team-a report to %s: %s", (namespace, repository, path, isAllowed) => {
    expect(repositoryPolicy([{ namespace, repository }])(asked("team-a", path))).toBe(isAllowed);
  });

  test("several grants add up; a namespace that has one may report to nothing else, fleet-default included", () => {
    const policy = repositoryPolicy([
      { namespace: "fleet-default", repository: "acme/shop" },
      { namespace: "fleet-*", repository: "acme/web" },
    ]);
    expect(["acme/shop", "acme/web", "acme/payroll"].map((it) => policy(asked("fleet-default", it)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("however the repository is written: ssh and scp-like forms are the same one", () => {
    const policy = repositoryPolicy([{ namespace: "team-a", repository: "acme/shop" }]);
    for (const repo of [
      "git@github.com:acme/payroll.git",
      "ssh://git@ssh.github.com:443/acme/payroll",
      "HTTPS://GITHUB.COM/acme/payroll",
    ])
      expect(policy({ namespace: "team-a", repo })).toBe(false);
    expect(policy({ namespace: "team-a", repo: "git@github.com:acme/shop.git" })).toBe(true);
  });

  test("what names no repository of GitHub is nothing to write on", () => {
    expect(repositoryPolicy([])({ namespace: "team-a", repo: "oci://example" })).toBe(true);
  });
});

describe("the rules of a GitRepo that may not report to its repository", () => {
  const written = notification(
    `destinations:
      - { name: status, github: { commitStatus: {} } }
      - { name: pr, github: { pullRequestComment: {} } }
      - { name: hook, webhook: { url: "https://hooks.example.com/x" } }`,
    { namespace: "team-a" },
  );
  const theirs = gitRepo({ namespace: "team-a" });
  const namesOf = (resolution: ReturnType<typeof resolveRules>) => resolution.rulesOf(theirs).rules.map((it) => it.destination);

  test("are those of its webhooks; the Notification is told which are not sent, why and what to do", () => {
    const resolution = resolveRules([written], repositoryPolicy([]));
    expect(namesOf(resolution)).toEqual(["hook"]);
    expect(resolution.rulesOf(theirs).problems.map(({ problem }) => `${problem.code}: ${problem.message}`))
      .toMatchInlineSnapshot(`
      [
        "RepositoryNotAllowed: Destination "status" is not sent for GitRepo team-a/shop: namespace team-a may not report to acme/shop on GitHub. Whoever runs Signalman allows it with --repository-policy team-a=acme/shop.",
        "RepositoryNotAllowed: Destination "pr" is not sent for GitRepo team-a/shop: namespace team-a may not report to acme/shop on GitHub. Whoever runs Signalman allows it with --repository-policy team-a=acme/shop.",
      ]
    `);
  });

  test("are all of them with a grant, or where nothing asks", () => {
    const grant = { namespace: "team-a", repository: "acme/shop" };
    expect(namesOf(resolveRules([written], repositoryPolicy([grant])))).toEqual(["status", "pr", "hook"]);
    expect(namesOf(resolveRules([written], anyRepository))).toEqual(["status", "pr", "hook"]);
  });

  test("a ClusterNotification does not lend its rights", () => {
    const platform = clusterNotification("destinations: [{ name: status, github: { commitStatus: {} } }]");
    expect(namesOf(resolveRules([platform], repositoryPolicy([])))).toEqual([]);
  });
});

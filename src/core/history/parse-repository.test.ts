import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRepository } from "./parse-repository.ts";

describe("repository names from every form that a GitRepo's repo may have", () => {
  test.each([
    ["https://github.com/acme/shop"],
    ["https://github.com/acme/shop.git"],
    ["https://github.com/acme/shop/"],
    ["https://www.github.com/acme/shop.git"],
    ["https://user:token@github.com/acme/shop.git"],
    ["http://github.com:80/acme/shop"],
    ["git@github.com:acme/shop.git"],
    ["git@github.com:/acme/shop.git"],
    ["github.com:acme/shop"],
    ["ssh://git@github.com/acme/shop.git"],
    ["ssh://git@ssh.github.com:443/acme/shop.git"],
    ["git://github.com/acme/shop.git"],
    ["git+ssh://git@github.com/acme/shop.git"],
    ["  https://GitHub.com/acme/shop.git "],
  ])("%s", (repo) => {
    expect(parseRepository(repo)).toEqual({ host: "github.com", owner: "acme", name: "shop" });
  });

  test("a GitHub Enterprise host, with a port for its ssh", () => {
    expect(parseRepository("ssh://git@ghe.acme.test:2222/Team/Shop.js.git")).toEqual({
      host: "ghe.acme.test",
      owner: "Team",
      name: "Shop.js",
    });
  });

  test("another host's groups stay in the owner", () => {
    expect(parseRepository("https://gitlab.com/group/subgroup/shop.git")).toEqual({
      host: "gitlab.com",
      owner: "group/subgroup",
      name: "shop",
    });
  });

  test.each([
    [""],
    ["shop"],
    ["https://github.com/shop"],
    ["file:///srv/git/shop"],
    ["https://github.com/acme/sh op"],
    ["https://github.com/acme/.."],
    ["../shop"],
  ])("%j names none", (repo) => {
    expect(parseRepository(repo)).toBeNull();
  });

  test("never throws, and what it returns can go into a path as it is", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((it) => `git@github.com:${it}`),
        ),
        (repo) => {
          const parsed = parseRepository(repo);
          if (parsed !== null) expect(`${parsed.owner}/${parsed.name}`).toMatch(/^[A-Za-z0-9_./-]+$/);
        },
      ),
    );
  });
});

import { expect, test } from "vitest";
import { parseDurationWithin, parseProxy, parseRepositoryGrant } from "./setting-values.ts";

test.each([
  ["http://ann:p%40ss@proxy.example:3128", "http://ann:p%40ss@proxy.example:3128/"],
  ["https://proxy.example", "https://proxy.example/"],
  ["proxy.example:8080", "http://proxy.example:8080/"],
])("a proxy: %s", (text, url) => {
  expect(parseProxy(text)).toBe(url);
});

test.each(["socks5://hunter2@proxy.example", "http://", "a b", "http://ann:%ffhunter2@proxy.example"])("no proxy: %s", (text) => {
  expect(() => parseProxy(text)).toThrow(/^is not a proxy: [^2]*$/);
});

test.each([
  ["team-a=acme/shop", { namespace: "team-a", repository: "acme/shop" }],
  ["*=*/*", { namespace: "*", repository: "*/*" }],
])("a grant: %s", (text, grant) => {
  expect(parseRepositoryGrant(text)).toEqual(grant);
});

test.each(["team-a", "team-a=shop", "=acme/shop", "Team=acme/shop", "a=b=acme/shop", "a=acme/shop;b", "a=acme/"])(
  "no grant: %s",
  (text) => {
    expect(() => parseRepositoryGrant(text)).toThrow(
      "is not NAMESPACE=OWNER/NAME, as in team-a=acme/shop; * and ? may stand for letters: team-a=acme/*.",
    );
  },
);

const withinAnHour = parseDurationWithin({ minMs: 1_000, maxMs: 3_600_000 });

test("a duration within bounds", () => {
  expect(["1s", "15m", "1h"].map(withinAnHour)).toEqual([1_000, 900_000, 3_600_000]);
});

test.each(["", "15", "900ms", "2h", "-1m", "1.5h"])("no such duration: %s", (text) => {
  expect(() => withinAnHour(text)).toThrow("is not a duration from 1s to 1h, as in 15m or 1h30m.");
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleWebhook } from "../../../test/samples/webhook.ts";
import { limits } from "../limits.ts";
import { sampleMessage } from "./sample-message.ts";
import { webhookUrl } from "./webhook-url.ts";

function urlOf(url: string, target = ""): string {
  const config = { ...sampleWebhook, url };
  return webhookUrl(config, { message: sampleMessage("GitRepoReady", { target }), stream: "s" });
}

describe("a URL as a template (design §5)", () => {
  test("a URL without a template is what was written", () => {
    const url = "https://hooks.example.com:8080/a%20b/../c?x=[1]&y=~#z";
    expect(urlOf(url)).toBe(url);
  });

  test("values are percent-encoded, in the path and in the query", () => {
    expect(urlOf("https://x.example/{{gitRepo.namespace}}/{{short commit}}?on={{summary}}&n={{sequence}}")).toBe(
      "https://x.example/fleet-default/4f2a91c?on=fleet-default%2Fshop%3A%204f2a91c%20deployed%20to%2040%2F40%20clusters&n=7",
    );
  });

  test("no value leaves its segment or its field, whatever is in it: host, path and query stay as they were written", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const url = new URL(
          urlOf("https://x.example:8443/a/-{{target.name}}/b?c={{target.name}}&d={{json target.name}}#e", value),
        );
        expect(url.origin).toBe("https://x.example:8443");
        expect(url.username + url.password).toBe("");
        const [, first, second = "", third, ...more] = url.pathname.split("/");
        const whole = value.toWellFormed();
        expect([first, decodeURIComponent(second), third, more]).toEqual(["a", `-${whole}`, "b", []]);
        const fields = [...url.searchParams];
        expect(fields).toEqual([
          ["c", whole],
          ["d", JSON.stringify(value).toWellFormed()],
        ]);
      }),
      { numRuns: 200 },
    );
  });

  test.each([".", "..", "%2e%2E"])("a segment that is %j would lead elsewhere: refused, as far as it does", (value) => {
    const url = () => urlOf("https://x.example/a/{{target.name}}/b", value);
    if (value.startsWith("%")) expect(url()).toBe("https://x.example/a/%252e%252E/b");
    else expect(url).toThrow('What the template renders is no URL to use: a segment of the path is "." or ".."');
  });

  test("its length is bounded", () => {
    expect(() => urlOf("https://x.example/{{target.name}}", "é".repeat(limits.urlRenderedMax))).toThrow(
      /no URL to use: \d+ characters/,
    );
  });
});

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "/../..",
    "@evil.example",
    "//evil.example/",
    "\\\\evil.example",
    "?x=1#y",
    "a\r\nHost: evil",
    "%2e%2e%2f",
    "#",
    "&d=2",
  ),
);

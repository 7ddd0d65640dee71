import { describe, expect, test } from "vitest";
import { parseNoProxy, proxyFor } from "./proxy-choice.ts";

const proxies = { https: "http://secure.example:3128", http: "http://plain.example:3128" };

function chosen(url: string, noProxy = ""): string | null {
  const { protocol, hostname, port } = new URL(url);
  const target = {
    protocol,
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port || (protocol === "https:" ? "443" : "80"),
  };
  return proxyFor({ ...proxies, except: parseNoProxy(noProxy) }, target)?.host ?? null;
}

test("HTTPS_PROXY is for https, HTTP_PROXY for http; what is unset is none", () => {
  expect(chosen("https://hooks.example.com/x")).toBe("secure.example:3128");
  expect(chosen("http://hooks.example.com/x")).toBe("plain.example:3128");
  expect(proxyFor({ https: "", http: "", except: [] }, { protocol: "https:", hostname: "a", port: "443" })).toBeNull();
});

describe("NO_PROXY, as curl and Go's programs read it", () => {
  test.each([
    ["*", "https://hooks.example.com", true],
    ["example.com", "https://example.com", true],
    ["example.com", "https://hooks.EXAMPLE.com.", true],
    ["example.com", "https://badexample.com", false],
    [".example.com", "https://hooks.example.com", true],
    [".example.com", "https://example.com", false],
    ["*.example.com", "https://hooks.example.com", true],
    ["*.example.com", "https://example.com", false],
    ["example.com:8443", "https://example.com:8443", true],
    ["example.com:8443", "https://example.com", false],
    ["example.com:443", "https://example.com", true],
    ["10.0.0.0/8", "http://10.1.2.3", true],
    ["10.0.0.0/8", "http://[::ffff:10.1.2.3]", true],
    ["10.0.0.0/8", "http://11.1.2.3", false],
    ["10.0.0.0/8", "http://ten.example.com", false],
    ["10.0.0.7", "http://0x0a000007", true],
    ["fd00::/8", "http://[fd00::1]", true],
    ["[fd00::1]", "http://[fd00::1]", true],
    [" , a.example , .b.example,", "https://x.b.example", true],
    ["", "https://example.com", false],
  ])("%j: %s goes straight: %s", (noProxy, url, isStraight) => {
    expect(chosen(url, noProxy) === null).toBe(isStraight);
  });
});

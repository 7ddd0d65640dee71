import { expect, test } from "vitest";
import { parseProxy } from "./setting-values.ts";

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

import { expect, test } from "vitest";
import { webUrlOf } from "./api-url.ts";

test.each([
  ["github.com where nothing is said", { gheHost: "", gitHubApiUrl: "" }, "https://github.com"],
  ["a GitHub Enterprise Server", { gheHost: "github.acme.example:8443", gitHubApiUrl: "" }, "https://github.acme.example:8443"],
  ["a GHES by its API", { gheHost: "", gitHubApiUrl: "https://github.acme.example/api/v3" }, "https://github.acme.example"],
  ["a tenant of ghe.com", { gheHost: "", gitHubApiUrl: "https://api.acme.ghe.com" }, "https://acme.ghe.com"],
])("where people see %s", (_, settings, url) => {
  expect(webUrlOf(settings)).toBe(url);
});

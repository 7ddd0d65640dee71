import { expect, test } from "vitest";
import { toldFetch } from "./told-fetch.ts";

test("writes are told with their answers; questions and the tokens of installations are not", async () => {
  const told: string[] = [];
  const fetch = toldFetch(
    async (input) => {
      if (input === "https://api.github.com/broken") throw new Error("cut");
      return new Response("{}", { status: 201 });
    },
    ({ method, url, body, status }) => told.push(`${method} ${url} ${body} ${status}`),
  );
  const post = { method: "POST", body: "{}" };
  await fetch("https://api.github.com/repos/acme/shop/statuses/abc", post);
  await fetch("https://api.github.com/repos/acme/shop/commits/abc/statuses");
  await fetch("https://api.github.com/graphql", post);
  await fetch("https://api.github.com/app/installations/7/access_tokens", post);
  await expect(fetch("https://api.github.com/broken", post)).rejects.toThrow("cut");
  expect(told).toEqual([
    "POST https://api.github.com/repos/acme/shop/statuses/abc {} 201",
    "POST https://api.github.com/broken {} null",
  ]);
});

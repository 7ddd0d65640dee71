import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { createHttpClient } from "./client.ts";
import { EgressRefusedError } from "./egress.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What a guarded fetch gets of a server. */
async function fetched(listener: RequestListener, allow: readonly string[] = ["127.0.0.1/32"]): Promise<Response> {
  const server = createServer(listener);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => resolve());
  await promise;
  closers.push(async () => server.close().closeAllConnections());
  const http = createHttpClient({ egress: { strict: false, allow } });
  closers.push(() => http.close());
  return await http.fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/repos/acme/shop`);
}

test("an answer, as of the global fetch", async () => {
  const answer = await fetched((_, response) => response.setHeader("content-type", "application/json").end('{"id":1}'));
  expect([answer.status, await answer.json()]).toEqual([200, { id: 1 }]);
});

test("the egress guard refuses before a connection is made", async () => {
  let count = 0;
  const refused = fetched((_, response) => response.end(String((count += 1))), []);
  await expect(refused).rejects.toMatchObject({ cause: expect.any(EgressRefusedError) as unknown });
  expect(count).toBe(0);
});

test("a redirect is shown and not followed", async () => {
  const answer = await fetched((_, response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end());
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "http://169.254.169.254/"]);
});

test("an answer without an end is an error: nobody's memory is filled by who names the host", async () => {
  const chunk = Buffer.alloc(2 ** 20, "x");
  const answer = await fetched((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(chunk));
      response.once("drain", more);
    };
    more();
  });
  await expect(answer.text()).rejects.toThrow();
  expect(limits.gitHubAnswerBytesMax).toBeLessThanOrEqual(16 * 2 ** 20);
});

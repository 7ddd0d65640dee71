import { describe, expect, test, vi } from "vitest";
import { limits } from "../core/limits.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { pacedFetch, writeGapMs } from "./paced-fetch.ts";

const url = (owner: string) => `https://api.github.com/repos/${owner}/shop/statuses/1`;

function underTest(writeGapMs: number, onDeparture = () => {}) {
  const clock = new VirtualClock(0);
  const sent: string[] = [];
  const fetch = pacedFetch({
    clock,
    writeGapMs,
    onDeparture,
    fetch: async (input, init) => {
      if (init?.signal?.aborted === true) throw init.signal.reason;
      sent.push(`${clock.now()} ${init?.method ?? "GET"} ${input as string}`);
      return new Response(null);
    },
  });
  return { clock, sent, fetch };
}

/** Lets everything happen that needs no time. */
const settle = async () => await new Promise((resolve) => setImmediate(resolve));

describe("GitHub's manners (github-facts §1.7)", () => {
  test("a second between two writes for one owner; other owners and reads do not wait", async () => {
    const { clock, sent, fetch } = underTest(1_000);
    clock.moveTo(5_000);
    const first = fetch(url("acme"), { method: "POST" });
    const second = fetch(url("Acme"), { method: "PATCH" });
    const other = fetch(url("other"), { method: "POST" });
    const reading = fetch(url("acme"));
    await Promise.all([first, other, reading]);
    await settle();
    expect(sent.toSorted()).toEqual([`5000 GET ${url("acme")}`, `5000 POST ${url("acme")}`, `5000 POST ${url("other")}`]);
    clock.moveTo(5_999);
    await settle();
    expect(sent).toHaveLength(3);
    clock.moveTo(6_000);
    await second;
    expect(sent.at(-1)).toBe(`6000 PATCH ${url("Acme")}`);
  });

  test.each([
    ["", 1_000],
    ["https://api.github.com", 1_000],
    ["https://api.acme.ghe.com", 1_000],
    ["https://github.acme.com/api/v3", 0],
    ["https://notgithub.com", 0],
    ["http://127.0.0.1:3000", 0],
  ])("%o: a second on github.com and its data residency alone", (baseUrl, gapMs) => {
    expect(writeGapMs(baseUrl)).toBe(gapMs);
  });

  test("tokens and GraphQL questions are no writes", async () => {
    const { sent, fetch } = underTest(1_000);
    for (const path of ["/app/installations/7/access_tokens", "/graphql", "/graphql"])
      await fetch(`https://api.github.com${path}`, { method: "POST" });
    expect(sent).toHaveLength(3);
  });

  test("without a gap writes still go one at a time", async () => {
    const running: number[] = [];
    let open = 0;
    const fetch = pacedFetch({
      clock: new VirtualClock(0),
      writeGapMs: 0,
      fetch: async () => {
        open += 1;
        running.push(open);
        await settle();
        open -= 1;
        return new Response(null);
      },
    });
    await Promise.all([1, 2, 3].map(() => fetch(url("acme"), { method: "POST" })));
    expect(running).toEqual([1, 1, 1]);
  });

  test.each([undefined, new AbortController().signal])(
    "every request ends after 10 s, whoever may also end it",
    async (signal) => {
      const timeout = new AbortController();
      const timeouts = vi.spyOn(AbortSignal, "timeout").mockReturnValue(timeout.signal);
      const fetch = pacedFetch({
        clock: new VirtualClock(0),
        writeGapMs: 0,
        fetch: async (_, init) => await new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", reject)),
      });
      const hanging = fetch(url("acme"), signal === undefined ? {} : { signal });
      timeout.abort();
      await expect(hanging).rejects.toBeDefined();
      expect(timeouts).toHaveBeenCalledWith(limits.gitHubRequestMs);
      timeouts.mockRestore();
    },
  );

  test("who waits for his turn is let go when the lease is lost, and sends nothing", async () => {
    const { sent, fetch } = underTest(1_000);
    await fetch(url("acme"), { method: "POST" });
    const abort = new AbortController();
    const waiting = fetch(url("acme"), { method: "POST", signal: abort.signal });
    await settle();
    abort.abort();
    await expect(waiting).rejects.toThrow();
    expect(sent).toHaveLength(1);
  });

  test("a lease whose time turns out to be over keeps back what is about to leave", async () => {
    const abort = new AbortController();
    const { sent, fetch } = underTest(0, () => abort.abort());
    await expect(fetch(url("acme"), { method: "POST", signal: abort.signal })).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});

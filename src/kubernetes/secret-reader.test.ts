import { describe, expect, test } from "vitest";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { startMs, useSimulatedCluster, write } from "../../test/kubernetes/simulated-cluster.ts";
import { SecretReader } from "./secret-reader.ts";

const cluster = useSimulatedCluster();
const token = { namespace: "default", name: "hook", key: "token" };
const url = { ...token, key: "url" };
const encoded = (text: string) => Buffer.from(text).toString("base64");

function newReader(signal = new AbortController().signal): SecretReader {
  return new SecretReader({ client: cluster().client, signal });
}

function writeSecret(): void {
  write(cluster().objects, kinds.secret, {
    metadata: { namespace: "default", name: "hook" },
    data: { token: encoded("t"), url: encoded("u") },
  });
}

const reads = () => cluster().api.requests.filter((it) => it.path.includes("/secrets/")).length;

describe("Secrets of many messages", () => {
  test("a thousand that need one at once are one request, each with its own key", async () => {
    writeSecret();
    const reader = newReader();
    const values = await Promise.all(Array.from({ length: 1_000 }, (_, index) => reader.read(index % 2 === 0 ? token : url)));
    expect([new Set(values), reads()]).toEqual([new Set(["t", "u"]), 1]);
  });

  test("nothing is kept: a rotated one is used from the next message on", async () => {
    writeSecret();
    const reader = newReader();
    expect(await reader.read(token)).toBe("t");
    const patch = { data: { token: encoded("new") } };
    cluster().objects.patch(kinds.secret, { namespace: "default", name: "hook", patch }, { nowMs: startMs });
    expect(await reader.read(token)).toBe("new");
  });

  test("one that is not there says so to each, with its own key, and is looked for again", async () => {
    const reader = newReader();
    const failures = await Promise.allSettled([reader.read(token), reader.read(url)]);
    expect(failures.map((it) => (it.status === "rejected" ? String(it.reason) : ""))).toEqual([
      expect.stringContaining('Create it with the key "token"'),
      expect.stringContaining('Create it with the key "url"'),
    ]);
    writeSecret();
    expect(await reader.read(url)).toBe("u");
  });

  test("with the lease everything that is being read is given up", async () => {
    writeSecret();
    const term = new AbortController();
    const reading = newReader(term.signal).read(token);
    term.abort();
    await expect(reading).rejects.toThrow("given up");
  });
});

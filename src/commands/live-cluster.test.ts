import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../engine/system-clock.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { loadCredentials } from "../kubernetes/credentials.ts";
import { LiveCluster } from "./live-cluster.ts";

test("a cluster that never answers is given up at once when the person has had enough", async () => {
  const server = createServer((socket) => void socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "silent", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "nobody", user: {} }],
    contexts: [{ name: "silent", context: { cluster: "silent", user: "nobody" } }],
    "current-context": "silent",
  });
  const credentials = await loadCredentials({ kind: "text", kubeconfig }, systemClock);
  const stop = new AbortController();
  server.once("connection", () => stop.abort());

  const look = LiveCluster.look(new KubernetesClient({ credentials, clock: systemClock }), {
    checkinIntervalMs: 900_000,
    signal: stop.signal,
  });

  await expect(look).rejects.toMatchObject({ reason: "Aborted" });
  await credentials.close();
  server.close();
});

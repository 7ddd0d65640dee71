import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ScriptedServer {
  readonly kubeconfig: string;
  /** Path and query of each request, in order. */
  readonly requests: readonly string[];
}

/** One answer: `watch` says whether a watch was asked for. */
export type ScriptedAnswer = (response: ServerResponse) => void;

/**
 * A server that says what a test wants it to say, right or wrong, where the simulated API server is too well-behaved: the answers to lists and
 * to watches, in order; the last one again and again. Ends with the test.
 */
export async function startScriptedServer(script: {
  readonly lists: readonly ScriptedAnswer[];
  readonly watches: readonly ScriptedAnswer[];
}): Promise<ScriptedServer> {
  const requests: string[] = [];
  const counts = { lists: 0, watches: 0 };
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    requests.push(url);
    const which = url.includes("watch=true") ? "watches" : "lists";
    const answer = script[which][counts[which]] ?? script[which].at(-1);
    counts[which] += 1;
    if (answer === undefined) response.destroy();
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const kubeconfig = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "test", user: { token: "test" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  });
  return { kubeconfig, requests };
}

/** A list as the API server sends it. */
export function listOf(resourceVersion: string, items: readonly object[]): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ apiVersion: "v1", kind: "List", metadata: { resourceVersion }, items }));
  };
}

/** A watch that sends these lines (objects as JSON) and stays open. */
export function watchOf(...lines: readonly (string | object)[]): ScriptedAnswer {
  return (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    for (const line of lines) response.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  };
}

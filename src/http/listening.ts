import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { limits } from "../core/limits.ts";

/** Listens; rejects where the port cannot be had. Slow requests are cut. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Server> {
  server.requestTimeout = limits.requestInMs;
  server.headersTimeout = limits.requestInMs;
  // While it closes a connection is of no more use once its last answer is out.
  server.on("request", (_, response) => {
    response.once("close", () => server.listening || setImmediate(() => server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}

/** "http://127.0.0.1:3000": where somebody on this machine reaches it. */
export function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const reachable = address === "0.0.0.0" || address === "::" ? "127.0.0.1" : address;
  return `http://${family === "IPv6" && reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Takes no new connection, lets requests end, cuts what is left. */
export async function closed(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), limits.serverCloseMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}

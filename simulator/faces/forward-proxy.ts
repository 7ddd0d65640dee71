import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** An HTTP proxy that knows tunnels (CONNECT) alone, and goes wherever it is asked to; every name leads to this machine. */
export interface ForwardProxy {
  /** With a user name and password in it. */
  readonly url: string;
  /** "hooks.example:443": where it was asked to go. */
  readonly asked: readonly string[];
  /** What it was told with each question. */
  readonly headers: readonly IncomingMessage["headers"][];
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  /** What it answers, 200 by default; it opens no tunnel with another one. */
  readonly status?: number;
  /** What it says by itself, before whom it was asked for says anything. */
  readonly head?: string;
}

export async function startForwardProxy({ status = 200, head = "" }: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  };
  const server = createServer();
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? "");
    headers.push(request.headers);
    keep(socket);
    socket.write(`HTTP/1.1 ${status} Answer\r\n\r\n${head}`);
    if (status !== 200) return;
    const target = connect(Number(new URL(`http://${request.url}`).port || 80), "127.0.0.1");
    keep(target);
    socket.pipe(target).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://ann:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

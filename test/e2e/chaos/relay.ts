import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A door of one's own to somebody: what goes through it is passed on as it is, and when is noted. */
export interface Relay {
  /** The target's URL, with this door's port. */
  readonly url: string;
  /** When something went in, milliseconds since the epoch. */
  readonly sentMs: readonly number[];
  close(): Promise<void>;
}

/** To a port on this machine. Where nobody listens there, connections are cut. */
export async function startRelay(targetUrl: string): Promise<Relay> {
  const url = new URL(targetUrl);
  const port = Number(url.port);
  const sentMs: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const target = connect(port, "127.0.0.1");
    for (const [end, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      sockets.add(end);
      end.on("error", () => other.destroy()).once("close", () => sockets.delete(end));
    }
    socket.on("data", () => sentMs.push(Date.now()));
    socket.pipe(target).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href.replace(/\/$/, ""),
    sentMs,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

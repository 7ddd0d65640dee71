import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ReceiverBehaviour, ReceiverWorld } from "../world/receiver.ts";
import { plainHeaders, readBody, startHttpFace, type HttpFace, type HttpFaceOptions } from "./http-face.ts";

/** More than any message of Signalman's. */
const bodyBytesMax = 4 * 1024 * 1024;

/** Serves a receiver over HTTP: any path, any method. It behaves as the world says at the time of each request. */
export async function startWebhookReceiver(
  world: ReceiverWorld,
  options: HttpFaceOptions = {},
): Promise<Pick<HttpFace, "url" | "close">> {
  const ending = new AbortController();
  const face = await startHttpFace((request, response) => receive({ world, signal: ending.signal }, request, response), options);
  const follow = () => (world.behaviour.kind === "refuse" ? face.refuse() : face.accept());
  const unfollow = world.onBehaviour(follow);
  follow();
  return {
    url: face.url,
    close: async () => {
      unfollow();
      ending.abort();
      await face.close();
    },
  };
}

interface Receiving {
  readonly world: ReceiverWorld;
  readonly signal: AbortSignal;
}

async function receive({ world, signal }: Receiving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const atMs = world.now();
  const behaviour = world.takeBehaviour();
  if (behaviour.kind === "resetBefore" || behaviour.kind === "refuse") {
    request.socket.destroy();
    return;
  }
  const body = await readBody(request, bodyBytesMax);
  const headers = plainHeaders(request);
  const answered = world.arrived({ atMs, method: request.method ?? "", path: request.url ?? "", headers, body });
  if (behaviour.kind === "hang") return;
  if (behaviour.kind === "resetAfter") {
    request.socket.destroy();
    answered(0);
    return;
  }
  if (behaviour.kind === "garbage") {
    request.socket.end("\u0000 this is no HTTP\r\n\r\n");
    answered(0);
    return;
  }
  if (behaviour.kind === "endless") {
    answered(200);
    await pourOut(response);
    return;
  }
  if (behaviour.kind === "slow") await delay(behaviour.latencyMs, undefined, { signal }).catch(() => {});
  if (response.destroyed) return;
  const { status, headers: answerHeaders } = answerOf(behaviour);
  response.writeHead(status, answerHeaders).end();
  answered(status);
}

/** Writes for as long as somebody reads. */
async function pourOut(response: ServerResponse): Promise<void> {
  response.writeHead(200);
  await pipeline(endless(), response).catch(() => {});
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(16_384, "x");
}

function answerOf(behaviour: ReceiverBehaviour): { readonly status: number; readonly headers: Record<string, string> } {
  if (behaviour.kind !== "status") return { status: 204, headers: {} };
  const { status, retryAfterSeconds, location } = behaviour;
  const headers: Record<string, string> = { "content-length": "0" };
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  if (location !== undefined) headers["location"] = location;
  return { status, headers };
}

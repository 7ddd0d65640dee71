import type { HttpRequest, HttpResponse } from "../../src/destinations/destination.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import type { SimulatedAccess } from "./simulated-access.ts";

export interface ReceiverOptions {
  readonly life: Life;
  readonly faults: FaultPlan;
  readonly ledger: Ledger;
  readonly access: SimulatedAccess;
  readonly now: () => number;
  /** See Happened in ledger.ts. */
  readonly sinceMs: number;
}

/** Receivers of webhooks, and the way to them: every request that reaches one is in the ledger, whether or not its answer comes back. */
export async function receive(options: ReceiverOptions, request: HttpRequest): Promise<HttpResponse> {
  const { life, faults } = options;
  await life.goOn();
  const fault = faults.draw("hook");
  switch (fault) {
    case "refused":
      throw new HttpError("ConnectFailed", { message: "connection refused", mayHaveArrived: false });
    case "status503":
      note(options, request, { isTaken: false, isLate: false });
      return { status: 503, headers: {}, body: "" };
    case "limited":
      note(options, request, { isTaken: false, isLate: false });
      return { status: 429, headers: { "retry-after": String(faults.restSeconds()) }, body: "" };
    case "killBefore":
      return await life.dieHere("before a webhook");
    case "slow":
      await life.sleep(faults.slownessMs());
      break;
    case "late":
      return await arriveLate(options, request);
    case "resetAfter":
    case "lost500":
    case "killAfter":
    case "hang":
    case null:
      break;
  }
  const status = options.access.answerTo(request.headers["authorization"]);
  note(options, request, { isTaken: status === 204, isLate: false });
  if (fault === "killAfter") return await life.dieHere("after a webhook");
  if (fault === "lost500") return { status: 500, headers: {}, body: "" };
  if (fault === "resetAfter") throw new HttpError("ConnectionLost", { message: "reset", mayHaveArrived: true });
  if (status !== 204) return { status, headers: {}, body: "" };
  if (fault === "hang") {
    await life.sleep(request.timeoutMs);
    throw new HttpError("TimedOut", { message: "timed out", mayHaveArrived: true });
  }
  return { status, headers: {}, body: "" };
}

/** Held somewhere on the way: its sender gives it up, and may be dead or hold no lease when it arrives. */
async function arriveLate(options: ReceiverOptions, request: HttpRequest): Promise<never> {
  const { life, faults, access } = options;
  life.onItsWay(request.timeoutMs + faults.outageMs(), () => {
    note(options, request, { isTaken: access.answerTo(request.headers["authorization"]) === 204, isLate: true });
  });
  await life.sleep(request.timeoutMs);
  throw new HttpError("TimedOut", { message: "timed out", mayHaveArrived: true });
}

function note(
  { life, ledger, now, sinceMs }: ReceiverOptions,
  { url, headers, body }: HttpRequest,
  { isTaken, isLate }: { isTaken: boolean; isLate: boolean },
): void {
  ledger.add({
    kind: "hook",
    ms: now(),
    sinceMs,
    process: life.number,
    receiver: new URL(url).host,
    stream: headers["signalman-stream"] ?? "",
    sequence: Number(headers["signalman-sequence"]),
    id: headers["webhook-id"] ?? "",
    body,
    isTaken,
    isLate,
  });
}

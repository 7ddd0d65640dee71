import { generatesCode } from "../generates-code.ts";
import { readSettings } from "../settings.ts";
import { createLog } from "../telemetry/log.ts";
import { tellSettings } from "../tell-settings.ts";
import type { Invocation } from "./invocation.ts";
import { startSignalman } from "./run/start-signalman.ts";

/** `run`: the watcher and the GitHub App in one process, until SIGTERM. Exit 0; 1 where it cannot start; 2 where the settings are wrong. */
export async function run(invocation: Invocation): Promise<number> {
  const read = readSettings("run", invocation);
  if (read.kind !== "settings") return tellSettings("run", read, invocation);
  if (generatesCode()) {
    const message =
      "this process can make code from text. Start it with --disallow-code-generation-from-strings, as `npm start` and the image do.";
    return tellSettings("run", { kind: "refused", problems: [{ code: "UnsafeRuntime", message }] }, invocation);
  }
  const log = createLog({ level: read.settings.logLevel });
  try {
    const signalman = await startSignalman(read.settings, log);
    log.info({ ops: signalman.opsUrl, app: signalman.appUrl }, "started");
    await aborted(invocation.signal);
    await signalman.stop();
    log.info("stopped");
    return 0;
  } catch (error) {
    log.fatal({ error }, "cannot start");
    return 1;
  }
}

async function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
}

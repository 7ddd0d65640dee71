import { oneLine } from "../core/template/one-line.ts";
import { apiUrlOf } from "../github/api-url.ts";
import type { Settings } from "../settings.ts";
import type { ShownRequest } from "./assumed-io.ts";
import type { Invocation } from "./invocation.ts";
import { codeOf, renderTrial } from "./render/render-trial.ts";
import { shownRequest } from "./render/shown-request.ts";
import { titleOf, type Trial } from "./render/trial.ts";
import { type Found, withTrials } from "./render/with-trials.ts";

/**
 * `render FILE… --event E`: prints the HTTP requests that Notifications would send for a sample rollout, or for that of `--gitrepo`, and sends
 * nothing. Bodies are to the byte, secrets are `***`. Exit 0; 1 where a Notification is wrong or a request cannot be made; 2 where the call is
 * wrong or a file cannot be read.
 */
export async function render(invocation: Invocation): Promise<number> {
  const { stdout, stderr } = invocation;
  return await withTrials("render", invocation, async ({ trials, settings, instance, signal }: Found) => {
    const options = { instance, gitHubApiUrl: apiUrlOf(settings), signal };
    let exitCode = 0;
    for (const trial of trials) {
      const { requests, silence, failure } = await renderTrial(trial, options);
      for (const request of requests) stdout.write(shown(request, { trial, settings }));
      if (silence !== "") stderr.write(`signalman render: ${titleOf(trial)} sends nothing: ${oneLine(silence)}\n`);
      if (failure === null) continue;
      stderr.write(`signalman render: ${titleOf(trial)}: ${oneLine(failure.reason)} [${codeOf(failure)}]\n`);
      exitCode = 1;
    }
    return exitCode;
  });
}

/** As a block of an `.http` file, or as one line of JSON. */
function shown(request: ShownRequest, { trial, settings }: { trial: Trial; settings: Settings }): string {
  if (settings.renderOutput === "text") return shownRequest(request, trial);
  const { notification, destination, target } = trial.rule;
  return `${JSON.stringify({ notification, destination, target, event: settings.event, request })}\n`;
}

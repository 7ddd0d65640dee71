import { resolve } from "node:path";
import { type Recording, readRecording } from "../../src/commands/replay/recording.ts";
import { type ReplayedRequest, replayRecording } from "../../src/commands/replay/replay-recording.ts";
import { RecordedTruth } from "./recorded-truth.ts";

export const recordingsFolder = resolve(import.meta.dirname, "../recordings");

export interface ReplayedStatus {
  readonly ms: number;
  readonly event: string;
  readonly sha: string;
  readonly state: string;
  readonly description: string;
}

export interface Replayed {
  readonly requests: readonly ReplayedRequest[];
  readonly statuses: readonly ReplayedStatus[];
  readonly truth: RecordedTruth;
}

const notification = (namespace: string, timing: object) => ({
  apiVersion: "signalman.dev/v1alpha1",
  kind: "Notification",
  metadata: { name: "deployments", namespace, uid: "n-1" },
  spec: {
    timing,
    destinations: [
      { name: "status", github: { commitStatus: {} } },
      { name: "hook", webhook: { url: "https://hooks.example.com/x" } },
    ],
  },
});

/** What the product says of a recording by a status and by a webhook. `as` makes another recording of it; `timing` is the Notification's. */
export async function replayed(
  file: string,
  { as = (it) => it, timing = {} }: { as?: (recording: Recording) => Recording; timing?: object } = {},
): Promise<Replayed> {
  const path = resolve(recordingsFolder, file);
  const recording = as(await readRecording(path));
  const requests: ReplayedRequest[] = [];
  const notifications = [notification(recording.meta.namespace, timing)];
  await replayRecording({ recording, commits: recording.meta.git, notifications }, (it) => requests.push(it));
  const statuses = requests
    .filter((it) => it.destination === "status")
    .map(({ ms, event, request }): ReplayedStatus => {
      const { state = "", description = "" } = request.body as { state?: string; description?: string };
      return { ms, event, sha: request.url.split("/").at(-1) ?? "", state, description };
    });
  return { requests, statuses, truth: new RecordedTruth(path) };
}

/** Every word that a commit is deployed, by status or webhook. */
export function successes({ requests, statuses }: Replayed): readonly { readonly ms: number; readonly commit: string }[] {
  const shown = statuses.filter((it) => it.state === "success").map(({ ms, sha }) => ({ ms, commit: sha }));
  const sent = requests.filter((it) => it.destination === "hook" && it.event === "GitRepoReady");
  return [...shown, ...sent.map(({ ms, commit }) => ({ ms, commit }))];
}

import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { readSettings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import type { Invocation } from "./invocation.ts";
import { readCommits, readRecording } from "./replay/recording.ts";
import { replayRecording } from "./replay/replay-recording.ts";

/**
 * `replay FILE… --notification N`: plays recordings through the product under a virtual clock and prints every request that would leave, one
 * JSON line each (design §11). Exit 0; 1 where a file cannot be read; 2 where the call is wrong.
 */
export async function replay(invocation: Invocation): Promise<number> {
  const { stdout, stderr } = invocation;
  const read = readSettings("replay", invocation);
  if (read.kind !== "settings") return tellSettings("replay", read, invocation);
  const { settings, operands } = read;
  if (operands.length === 0 || settings.notifications.length === 0) {
    stderr.write("signalman replay: name at least one recording and one --notification FILE.\n");
    return 2;
  }
  try {
    const notifications = (await Promise.all(settings.notifications.map(readObjects))).flat();
    const given = settings.commits === "" ? null : await readCommits(settings.commits);
    for (const file of operands) {
      const recording = await readRecording(file);
      const placed = notifications.map((it) => withNamespace(it, recording.meta.namespace));
      await replayRecording({ recording, commits: given ?? recording.meta.git, notifications: placed }, (request) => {
        stdout.write(`${JSON.stringify(request)}\n`);
      });
    }
    return 0;
  } catch (error) {
    stderr.write(`signalman replay: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Every object of a YAML file; what is no Notification is left to the core to refuse. */
async function readObjects(file: string): Promise<unknown[]> {
  const documents = parseAllDocuments(await readFile(file, "utf8"));
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    const object: unknown = document.toJS();
    return object === null ? [] : [object];
  });
}

/** A Notification without a namespace is taken for one of the recording's, as kubectl takes it for the context's. */
function withNamespace(object: unknown, namespace: string): unknown {
  const { kind, metadata } = object as { kind?: string; metadata?: { namespace?: string } };
  if (kind !== "Notification" || metadata === undefined || metadata.namespace !== undefined) return object;
  return { ...(object as object), metadata: { ...metadata, namespace } };
}

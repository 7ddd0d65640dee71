import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { systemClock } from "../engine/system-clock.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { credentialsSource, loadCredentials } from "../kubernetes/credentials.ts";
import { Reflector } from "../kubernetes/reflector.ts";
import { resourcePath } from "../kubernetes/resource-path.ts";
import { resources } from "../kubernetes/resources.ts";
import { readSettings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { clusterProblem } from "./cluster-problem.ts";
import type { Invocation } from "./invocation.ts";
import { stripObject } from "./record/strip-object.ts";

const recorded = {
  Cluster: resources.clusters,
  ClusterGroup: resources.clusterGroups,
  GitRepo: resources.gitRepos,
  Job: resources.jobs,
  Bundle: resources.bundles,
  BundleDeployment: resources.bundleDeployments,
} as const;

/**
 * `record FILE`: writes what the cluster's Fleet objects do, gzipped, until it is stopped (SIGINT, SIGTERM): for a bug report, or for `replay`. No
 * Secrets, no contents of bundles. Exit 0; 1 where the cluster or the file cannot be had; 2 misuse.
 */
export async function record(invocation: Invocation): Promise<number> {
  const { stderr } = invocation;
  const read = readSettings("record", invocation);
  if (read.kind !== "settings") return tellSettings("record", read, invocation);
  const [file, ...others] = read.operands;
  if (file === undefined || others.length > 0) {
    const message = "name one FILE to write to, for instance fleet.jsonl.gz.";
    return tellSettings("record", { kind: "refused", problems: [{ code: "WrongArguments", message }] }, invocation);
  }
  try {
    const credentials = await loadCredentials(credentialsSource(read.settings.kubeconfig), systemClock);
    const client = new KubernetesClient({ credentials, clock: systemClock });
    const lines = await writeRecording({ client, file, invocation });
    await credentials.close();
    stderr.write(`signalman record: ${lines} changes in ${file}\n`);
    return 0;
  } catch (error) {
    stderr.write(`signalman record: ${clusterProblem(error)}\n`);
    return 1;
  }
}

async function writeRecording({
  client,
  file,
  invocation,
}: {
  client: KubernetesClient;
  file: string;
  invocation: Invocation;
}): Promise<number> {
  const gzip = createGzip();
  const written = pipeline(gzip, createWriteStream(file));
  const startedMs = systemClock.now();
  const write = (line: unknown) => gzip.write(`${JSON.stringify(line)}\n`);
  const namespace = client.namespace === "default" ? "fleet-default" : client.namespace;
  write({ meta: { fleet: "", scenario: "recorded", namespace, started: new Date(startedMs).toISOString(), git: [] } });
  let lines = 0;
  // What was there at the start belongs to one moment, however long it took to read: replay decides nothing before all of it is there.
  let isSynced = false;
  const reflectors = Object.entries(recorded).map(([kind, resource]) => {
    const known = new Set<string>();
    return new Reflector<unknown>({
      client,
      clock: systemClock,
      random: Math.random,
      path: resourcePath(resource),
      project: (object) => stripObject({ ...(object as object), kind }),
      onChange(change) {
        const isKnown = known.has(change.uid);
        if (change.kind === "put") known.add(change.uid);
        else known.delete(change.uid);
        const type = change.kind === "put" ? (isKnown ? "MODIFIED" : "ADDED") : "DELETED";
        const object = change.kind === "put" ? change.record : { kind, metadata: { uid: change.uid } };
        write({ ms: isSynced ? systemClock.now() - startedMs : 0, type, kind, object });
        lines += 1;
      },
      onProblem: ({ path, message }) => invocation.stderr.write(`signalman record: ${path}: ${message}\n`),
      onRecovered: () => {},
    });
  });
  const noteSynced = async () => {
    await Promise.all(reflectors.map((it) => it.synced));
    isSynced = true;
  };
  void noteSynced();
  invocation.stderr.write(`signalman record: writing to ${file}; stop with Ctrl-C\n`);
  if (invocation.signal !== undefined && !invocation.signal.aborted) await once(invocation.signal, "abort");
  await Promise.all(reflectors.map((it) => it.stop()));
  gzip.end();
  await written;
  return lines;
}

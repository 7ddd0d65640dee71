import type { DeliveryDocument } from "../core/delivery/delivery-document.ts";
import { restoreStream } from "../core/delivery/stored-stream.ts";
import { Inventory } from "../core/fleet/inventory.ts";
import { timingDefaults } from "../core/notification/defaults.ts";
import { judge } from "../core/rollout/judge.ts";
import { restoreMemory } from "../core/rollout/stored-memory.ts";
import { newMemory, track } from "../core/rollout/track.ts";
import { systemClock } from "../engine/system-clock.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { loadCredentials } from "../kubernetes/credentials.ts";
import { KubernetesDeliveryStore } from "../kubernetes/delivery-store.ts";
import { watchFleet } from "../kubernetes/watch-fleet.ts";
import { readSettings, type Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { explanation } from "./explain/explanation.ts";
import type { Invocation } from "./invocation.ts";

/**
 * `explain NS/GITREPO`: whether the commit is deployed and, if not, what it waits for: which part of the rule, which bundle, which cluster, since
 * when. By the same judge as `run`, from what the cluster shows now and what `run` stored. Exit 0 deployed, 1 not (yet), 2 misuse.
 */
export async function explain(invocation: Invocation): Promise<number> {
  const { stdout, stderr } = invocation;
  const read = readSettings("explain", invocation);
  if (read.kind !== "settings") return tellSettings("explain", read, invocation);
  const [namespace = "", name = "", ...rest] = (read.operands[0] ?? "").split("/");
  if (read.operands.length !== 1 || namespace === "" || name === "" || rest.length > 0) {
    stderr.write("signalman explain: name one GitRepo as NAMESPACE/NAME.\n");
    return 2;
  }
  try {
    const { inventory, documents } = await look(read.settings, invocation.signal ?? new AbortController().signal);
    const gitRepo = [...inventory.gitRepos()].find((it) => it.namespace === namespace && it.name === name);
    const view = gitRepo === undefined ? null : inventory.view(gitRepo.uid);
    if (gitRepo === undefined || view === null) {
      stderr.write(`signalman explain: there is no GitRepo ${namespace}/${name}. See "kubectl get gitrepos -A".\n`);
      return 1;
    }
    const now = systemClock.now();
    const memory = storedMemory(documents, gitRepo.uid) ?? newMemory();
    track(memory, view, now);
    // Since when everything holds is not stored: what holds now and has no more to wait for than the hold is deployed.
    const timing = { ...timingDefaults, settleMs: 0 };
    const { rollout } = judge({ view, memory, timing, modified: "failure" }, now);
    stdout.write(explanation(rollout, now));
    return rollout.phase === "ready" ? 0 : 1;
  } catch (error) {
    stderr.write(`signalman explain: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

/** Everything of Fleet's that the cluster holds now, read once, and the Deliveries. */
async function look(
  settings: Settings,
  signal: AbortSignal,
): Promise<{ inventory: Inventory; documents: readonly DeliveryDocument[] }> {
  const clock = systemClock;
  const source =
    settings.kubeconfig === "" ? ({ kind: "default" } as const) : ({ kind: "file", path: settings.kubeconfig } as const);
  const credentials = await loadCredentials(source, clock);
  const client = new KubernetesClient({ credentials, clock });
  const inventory = new Inventory();
  const problem = Promise.withResolvers<never>();
  const watch = watchFleet({
    client,
    clock,
    random: Math.random,
    shard: null,
    checkinIntervalMs: settings.agentCheckinIntervalMs,
    onFleetChange: (change) => inventory.apply(change),
    onNotificationChange: () => {},
    onProblem: ({ path, message }) => problem.reject(new Error(`${path}: ${message}`)),
    onRecovered: () => {},
  });
  try {
    await Promise.race([watch.synced, problem.promise]);
    const store = new KubernetesDeliveryStore({ client, shard: "", nonce: () => "" });
    return { inventory, documents: await store.load(signal) };
  } finally {
    await watch.stop();
    await credentials.close();
  }
}

function storedMemory(documents: readonly DeliveryDocument[], gitRepoUid: string): ReturnType<typeof restoreMemory> {
  for (const text of documents.flatMap((it) => it.spec.streams)) {
    const stream = restoreStream(text);
    if (stream?.gitRepoUid === gitRepoUid && stream.rollout !== "") return restoreMemory(stream.rollout);
  }
  return null;
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoNames, startDemoWorld, type DemoWorld, type DemoWorldOptions } from "./demo-world.ts";

export interface SimulatorsOptions extends Pick<
  DemoWorldOptions,
  "now" | "timings" | "kubernetesPort" | "gitHubPort" | "receiverPort"
> {
  /** Gets one line at a time, without line end. */
  readonly print: (line: string) => void;
}

export interface Simulators {
  readonly world: DemoWorld;
  close(): Promise<void>;
}

/** The token of the person `ada`, for trying. */
const token = "simulated-token";
/** How soon Fleet and GitHub can see what was pushed. */
const pushesMs = 500;

/**
 * Starts a simulated management cluster with Fleet and three downstream clusters, GitHub with a repository and a merged pull request, and a
 * webhook's receiver, each on a port of its own. Fleet follows what clients write to its GitRepos, and what people push into the repository.
 * Prints how a client finds them, and every request that they get.
 */
export async function startSimulators({ print, ...options }: SimulatorsOptions): Promise<Simulators> {
  const world = await startDemoWorld({ ...options, validatesGitHub: true });
  const { gitHub, receiver, repository, kubernetes, urls } = world;
  await world.mergeChange("Show prices", { "web/prices.yaml": "kind: ConfigMap\ndata: { prices: all }\n" });
  gitHub.addToken(token, "ada");

  const directory = await mkdtemp(join(tmpdir(), "signalman-simulators-"));
  const kubeconfigPath = join(directory, "kubeconfig");
  const keyPath = join(directory, "private-key.pem");
  await writeFile(kubeconfigPath, world.kubeconfig, { mode: 0o600 });
  await writeFile(keyPath, gitHub.installations.privateKey, { mode: 0o600 });
  print(`Kubernetes  KUBECONFIG=${kubeconfigPath} (${urls.kubernetes})`);
  print(`            Fleet's clusters in ${demoNames.namespace}: ${demoNames.clusters.join(", ")}`);
  print(`GitHub      GITHUB_API_URL=${urls.gitHub} (a GHES: ${urls.gitHub}/api/v3)`);
  print(`            App: APP_ID=${gitHub.installations.app.id} PRIVATE_KEY_PATH=${keyPath}, installed on acme`);
  print(`            Token of ada: ${token}`);
  print(
    `            ${demoNames.repository}: ${repository.git.directory} (git clone and push work), main is ${repository.git.head("main")}`,
  );
  print(`Receiver    ${urls.receiver}`);
  kubernetes.onRequest(({ code, method, path }) => print(`Kubernetes  ${code} ${method} ${path}`));
  gitHub.onRequest(({ status, method, path, query, from }) => print(`GitHub      ${status} ${method} ${path}${query} (${from})`));
  receiver.onRequest(({ status, method, path, body }) => print(`Receiver    ${status} ${method} ${path} ${body}`));
  const pushes = followPushes(world);
  return {
    world,
    close: async () => {
      await pushes.stop();
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Looks for pushes again and again, one look after the other. */
function followPushes(world: DemoWorld): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  const plan = () => {
    timer = setTimeout(() => {
      looking = world.takePushes().then(plan);
    }, pushesMs);
  };
  plan();
  return {
    async stop() {
      await looking;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

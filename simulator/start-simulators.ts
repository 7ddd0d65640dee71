import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitHubApi } from "./faces/github-api.ts";
import { startWebhookReceiver } from "./faces/webhook-receiver.ts";
import { createGitHubWorld, type GitHubWorld } from "./world/github.ts";
import { createReceiverWorld, type ReceiverWorld } from "./world/receiver.ts";

export interface SimulatorsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gets one line at a time, without line end. */
  readonly print: (line: string) => void;
  /** 0: one that is free. */
  readonly gitHubPort: number;
  readonly receiverPort: number;
}

export interface Simulators {
  readonly gitHub: GitHubWorld;
  readonly receiver: ReceiverWorld;
  readonly gitHubUrl: string;
  readonly receiverUrl: string;
  close(): Promise<void>;
}

/** The token of the person `ada`, for trying. */
const token = "simulated-token";

/**
 * Starts the simulated GitHub, with the repository `acme/shop` and a merged pull request, and a webhook's receiver, each on a port of
 * its own. Prints how a client finds them, and every request that they get.
 */
export async function startSimulators({ now, print, gitHubPort, receiverPort }: SimulatorsOptions): Promise<Simulators> {
  const gitHub = createGitHubWorld({ now });
  const receiver = createReceiverWorld({ now });
  const shop = await gitHub.createRepository("acme/shop");
  await shop.git.commit({ "fleet.yaml": "defaultNamespace: shop\n" }, { message: "Begin" });
  const { number } = await shop.openPullRequest({ title: "Show prices" }, { "prices.yaml": "kind: ConfigMap\n" });
  await shop.mergePullRequest(number);
  gitHub.install("acme");
  gitHub.addToken(token, "ada");

  const directory = await mkdtemp(join(tmpdir(), "signalman-simulators-"));
  const keyPath = join(directory, "private-key.pem");
  await writeFile(keyPath, gitHub.installations.privateKey, { mode: 0o600 });
  const api = await startGitHubApi(gitHub, { port: gitHubPort });
  const webhook = await startWebhookReceiver(receiver, { port: receiverPort });
  print(`GitHub      GITHUB_API_URL=${api.url} (a GHES: ${api.url}/api/v3)`);
  print(`            App: APP_ID=${gitHub.installations.app.id} PRIVATE_KEY_PATH=${keyPath}, installed on acme`);
  print(`            Token of ada: ${token}`);
  print(`            acme/shop: ${shop.git.directory} (git clone works), main is ${shop.git.head("main")}`);
  print(`Receiver    ${webhook.url}`);
  gitHub.onRequest((request) =>
    print(`GitHub      ${request.status} ${request.method} ${request.path}${request.query} (${request.from})`),
  );
  receiver.onRequest((request) => print(`Receiver    ${request.status} ${request.method} ${request.path} ${request.body}`));
  return {
    gitHub,
    receiver,
    gitHubUrl: api.url,
    receiverUrl: webhook.url,
    close: async () => {
      await Promise.all([api.close(), webhook.close()]);
      await gitHub.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

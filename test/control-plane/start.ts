import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ApiClient } from "../contract/api-client.ts";

/** A real kube-apiserver with an etcd of its own. */
export interface ControlPlane {
  readonly url: string;
  /** Of an administrator. */
  readonly token: string;
  /** Of the ServiceAccount that `deploy/` declares: it may do what deploy's roles allow, once they are applied. */
  readonly serviceAccountToken: string;
  /** PEM. */
  readonly certificateAuthority: string;
  /** The text of a kubeconfig file for the administrator, and where it lies. */
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  /** The text of a kubeconfig file for any token. */
  kubeconfigFor(token: string): string;
  /** Kills the API server and starts it again on the same port and the same etcd. */
  restartApiServer(): Promise<void>;
  /** Compacts etcd up to now. */
  compact(): Promise<void>;
  /** Kills both and removes their folder. */
  stop(): Promise<void>;
}

/** Starting takes some 4 s on two idle cores. */
const startMs = 120_000;
const pollMs = 50;
const binaries = process.env["KUBEBUILDER_ASSETS"] ?? join(import.meta.dirname, "bin");
const serviceAccount = "system:serviceaccount:signalman:signalman";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A child process with its log in memory; killed with its parent at the latest. */
class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #killAtExit = () => this.#child.kill("SIGKILL");
  #log = "";

  constructor(name: string, commandLine: readonly string[]) {
    this.#name = name;
    this.#child = spawn(join(binaries, name), commandLine, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.on("error", (error) => this.#remember(String(error)));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => this.#remember(String(chunk)));
    process.once("exit", this.#killAtExit);
  }

  /** Throws where the program has ended by itself. */
  checkRuns(): void {
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) return;
    throw new Error(
      `${this.#name} (in ${binaries}) did not start; run test/control-plane/build.sh first. Its last words:\n${this.#log.slice(-4_000)}`,
    );
  }

  get log(): string {
    return this.#log;
  }

  async kill(): Promise<void> {
    process.off("exit", this.#killAtExit);
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #remember(text: string): void {
    this.#log = (this.#log + text).slice(-100_000);
  }
}

/** Asks again until the answer is yes. Throws when the time is over or the program has ended. */
async function until(program: Program, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startMs;
  for (;;) {
    program.checkRuns();
    if (await isReady().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`not ready after ${startMs} ms. Its last words:\n${program.log.slice(-4_000)}`);
    await delay(pollMs);
  }
}

/** Adds the program to `programs` before it waits, so that whoever stops finds it. */
async function startEtcd(folder: string, programs: Program[]): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const program = new Program("etcd", [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    "--unsafe-no-fsync",
    "--log-level=error",
  ]);
  programs.push(program);
  await until(program, async () => (await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) })).ok);
  return url;
}

interface Credentials {
  readonly token: string;
  readonly serviceAccountToken: string;
}

async function writeCredentials(folder: string): Promise<Credentials> {
  const token = randomBytes(16).toString("hex");
  const serviceAccountToken = randomBytes(16).toString("hex");
  const tokens = [
    `${token},admin,admin,"system:masters"`,
    `${serviceAccountToken},${serviceAccount},signalman,"system:serviceaccounts,system:serviceaccounts:signalman"`,
  ];
  await writeFile(join(folder, "tokens.csv"), `${tokens.join("\n")}\n`, { mode: 0o600 });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(join(folder, "service-account.key"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return { token, serviceAccountToken };
}

function startApiServer(folder: string, { etcdUrl, port }: { etcdUrl: string; port: number }): Program {
  return new Program("kube-apiserver", [
    `--etcd-servers=${etcdUrl}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    // The server signs a certificate for itself there.
    `--cert-dir=${join(folder, "certificates")}`,
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    "--service-account-issuer=https://kubernetes.invalid",
    `--service-account-signing-key-file=${join(folder, "service-account.key")}`,
    `--service-account-key-file=${join(folder, "service-account.key")}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    // Nobody makes the default ServiceAccounts here: there is no controller-manager.
    "--disable-admission-plugins=ServiceAccount",
    "--profiling=false",
  ]);
}

function kubeconfigText(url: string, token: string, certificateAuthority: string): string {
  const cluster = { server: url, "certificate-authority-data": Buffer.from(certificateAuthority).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
    "current-context": "test",
  });
}

interface ReadyInput {
  readonly program: Program;
  readonly folder: string;
  readonly url: string;
  readonly token: string;
}

/** Waits for `/readyz` and for the namespaces that everything else needs; returns the server's certificates. */
async function untilReady({ program, folder, url, token }: ReadyInput): Promise<string> {
  let certificateAuthority = "";
  await until(program, async () => {
    certificateAuthority = await readFile(join(folder, "certificates", "apiserver.crt"), "utf8");
    const client = new ApiClient({ url, token, certificateAuthority });
    try {
      for (const path of ["/readyz", "/api/v1/namespaces/default", "/api/v1/namespaces/kube-system"]) {
        if ((await client.get(path)).code !== 200) return false;
      }
      return true;
    } finally {
      await client.close();
    }
  });
  return certificateAuthority;
}

async function compactEtcd(etcdUrl: string): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(`${etcdUrl}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as { header: { revision: string } };
  };
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const { header } = await post("/v3/kv/range", { key: base64("none") });
  // API servers agree on who compacts by this key, and drop their own snapshots when it moves.
  await post("/v3/kv/put", { key: base64("compact_rev_key"), value: base64(header.revision) });
  await post("/v3/kv/compaction", { revision: header.revision, physical: true });
}

/**
 * Starts etcd and kube-apiserver on free ports, with everything they write in a temporary folder, and waits until they are ready.
 * Throws with the program's last words where one does not start.
 */
export async function startControlPlane(): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), "signalman-control-plane-"));
  const programs: Program[] = [];
  const removeAtExit = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.once("exit", removeAtExit);
  const stop = async () => {
    process.off("exit", removeAtExit);
    for (const program of programs.splice(0).reverse()) await program.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { token, serviceAccountToken } = await writeCredentials(folder);
    const etcdUrl = await startEtcd(folder, programs);
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    const startServer = async () => {
      const program = startApiServer(folder, { etcdUrl, port });
      programs[1] = program;
      return untilReady({ program, folder, url, token });
    };
    const certificateAuthority = await startServer();
    const kubeconfigFor = (someToken: string) => kubeconfigText(url, someToken, certificateAuthority);
    const kubeconfig = kubeconfigFor(token);
    const kubeconfigPath = join(folder, "kubeconfig");
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
    return {
      url,
      token,
      serviceAccountToken,
      certificateAuthority,
      kubeconfig,
      kubeconfigPath,
      kubeconfigFor,
      async restartApiServer() {
        await programs[1]?.kill();
        await startServer();
      },
      compact: () => compactEtcd(etcdUrl),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

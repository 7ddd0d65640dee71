import { hash } from "node:crypto";
import { delimiter } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Agent, type Dispatcher } from "undici";
import { limits } from "../core/limits.ts";
import type { Clock } from "../engine/ports.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { loadKubeConfig } from "./load-kube-config.ts";

/** Where a kubeconfig comes from. */
export type CredentialsSource =
  /** `KUBECONFIG`, else `~/.kube/config`, else the ServiceAccount of the pod: as kubectl looks for it. */
  | { readonly kind: "default" }
  /** One path, or several as in `KUBECONFIG`: the first one's current context counts. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly kubeconfig: string };

/** What a setting says: a kubeconfig's file, or "" for the default. */
export function credentialsSource(kubeconfig: string): CredentialsSource {
  return kubeconfig === "" ? { kind: "default" } : { kind: "file", path: kubeconfig };
}

/** What one request needs to be let in. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  /** Carries the certificates; the same one for as long as they do not change, so that connections are kept. */
  readonly dispatcher: Dispatcher;
}

export interface Credentials {
  /** Base address of the API server, without a slash at its end. */
  readonly server: string;
  /** The context's namespace; "default" where it has none. */
  readonly namespace: string;
  /** Reads tokens and certificates again at most every `limits.credentialsMs`. Throws KubernetesError "NoCredentials". */
  authorize(): Promise<Authorization>;
  /** Makes the next `authorize` read anew: after a 401. */
  invalidate(): void;
  /** Cuts all connections. */
  close(): Promise<void>;
}

type RequestContext = Parameters<KubeConfig["applySecurityAuthentication"]>[0];

/**
 * Reads a kubeconfig with client-node, which knows every form of authentication (certificates, tokens, token files, exec plugins, OIDC,
 * proxies).
 *
 * Throws KubernetesError "NoCredentials" where there is no cluster to speak to, or the kubeconfig cannot be read.
 */
export async function loadCredentials(source: CredentialsSource, clock: Clock): Promise<Credentials> {
  const Config = await loadKubeConfig();
  const config = new Config();
  try {
    if (source.kind === "text") config.loadFromString(source.kubeconfig);
    else if (source.kind === "default") config.loadFromDefault();
    else {
      for (const [index, path] of source.path.split(delimiter).entries()) {
        const part = index === 0 ? config : new Config();
        part.loadFromFile(path);
        if (part !== config) config.mergeConfig(part, true);
      }
    }
  } catch (error) {
    throw noCredentials(`the kubeconfig cannot be read: ${textOf(error)}`);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw noCredentials("the kubeconfig has no current context, or its context names no cluster");
  if (cluster.name === "cluster" && cluster.server === "http://localhost:8080")
    throw noCredentials("there is neither a kubeconfig nor a ServiceAccount");
  allowLoopback(cluster);
  const context = config.getContextObject(config.getCurrentContext());
  return new KubeConfigCredentials({ config, server: cluster.server, namespace: context?.namespace ?? "default", clock });
}

interface KubeConfigCredentialsInput {
  readonly config: KubeConfig;
  readonly server: string;
  readonly namespace: string;
  readonly clock: Clock;
}

class KubeConfigCredentials implements Credentials {
  readonly server: string;
  readonly namespace: string;
  readonly #config: KubeConfig;
  readonly #clock: Clock;
  /** Plain HTTP, or HTTPS with the system's certificates: client-node makes no dispatcher for those. */
  readonly #plain = new Agent();
  #made: Dispatcher | null = null;
  #fingerprint = "";
  #current: { readonly authorization: Promise<Authorization>; readonly atMs: number } | null = null;

  constructor({ config, server, namespace, clock }: KubeConfigCredentialsInput) {
    this.server = server.replace(/\/+$/, "");
    this.namespace = namespace;
    this.#config = config;
    this.#clock = clock;
    this.#makeOneDispatcher();
  }

  authorize(): Promise<Authorization> {
    const now = this.#clock.now();
    if (this.#current !== null && now - this.#current.atMs < limits.credentialsMs) return this.#current.authorization;
    const authorization = this.#read();
    this.#current = { authorization, atMs: now };
    authorization.catch(() => this.invalidate());
    return authorization;
  }

  invalidate(): void {
    this.#current = null;
  }

  async close(): Promise<void> {
    this.invalidate();
    await Promise.all([this.#plain.destroy(), this.#made?.destroy()]);
  }

  async #read(): Promise<Authorization> {
    const headers: Record<string, string> = {};
    let made: Dispatcher | null = null;
    // All that client-node calls of a RequestContext here (held by a test on the real one's output).
    const context = {
      setHeaderParam: (name: string, value: string) => {
        headers[name.toLowerCase()] = value.trim();
      },
      setDispatcher: (dispatcher: Dispatcher) => {
        made = dispatcher;
      },
    };
    try {
      await this.#config.applySecurityAuthentication(context as unknown as RequestContext);
    } catch (error) {
      throw noCredentials(textOf(error));
    }
    if (made !== null) this.#replaceDispatcher(made);
    return { headers, dispatcher: this.#made ?? this.#plain };
  }

  /**
   * client-node makes a dispatcher, and with it new connections, each time it is asked. Where nothing changed since the last one, it is
   * told to make none.
   */
  #makeOneDispatcher(): void {
    const make = this.#config.createDispatcherOptions.bind(this.#config);
    this.#config.createDispatcherOptions = (cluster, agentOptions) => {
      const options = make(cluster, agentOptions);
      const fingerprint = hash("sha256", JSON.stringify(options));
      if (fingerprint === this.#fingerprint) return { type: "none" };
      this.#fingerprint = fingerprint;
      return options;
    };
  }

  /** The old one finishes what is on it, and ends: a rotated certificate cuts no watch. */
  #replaceDispatcher(made: Dispatcher): void {
    const old = this.#made;
    this.#made = made;
    old?.close().catch(() => {});
  }
}

/** client-node refuses plain HTTP unless told otherwise, which is right but for a server on the same machine: `kubectl proxy`, tests. */
function allowLoopback(cluster: { readonly server: string; skipTLSVerify?: boolean }): void {
  const { protocol, hostname } = new URL(cluster.server);
  if (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname)) cluster.skipTLSVerify = true;
}

function noCredentials(found: string): KubernetesError {
  const message = `Cannot authenticate to Kubernetes: ${found}. Set KUBECONFIG to a file that kubectl can use, or run in a pod with a ServiceAccount.`;
  return new KubernetesError({ status: 0, reason: "NoCredentials", message });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { limits } from "../../core/limits.ts";
import type { RegisteredApp } from "../../github/convert-manifest.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { KubernetesError } from "../../kubernetes/kubernetes-error.ts";
import { resourcePath } from "../../kubernetes/resource-path.ts";
import { resources } from "../../kubernetes/resources.ts";

/** The Secret that deploy/signalman.yaml reads; its keys are variables of `run`. */
export const secretName = "signalman-github-app";

interface AppSecretOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** The Secret with an App's keys, which is created once and never overwritten: another App's keys may be in use. */
export class AppSecret {
  readonly #options: AppSecretOptions;

  constructor(options: AppSecretOptions) {
    this.#options = options;
  }

  /** `signalman/signalman-github-app` */
  get name(): string {
    return `${this.#options.namespace}/${secretName}`;
  }

  /** Throws where the Secret could not be created now: to be known before GitHub tells keys that it tells once. */
  async check(): Promise<void> {
    try {
      await this.#create({ APP_ID: "0" }, { dryRun: "All" });
    } catch (error) {
      const refusal = this.#refusal(error);
      throw refusal === "" ? error : new Error(refusal, { cause: error });
    }
  }

  /** Creates it. Tried again where it is open whether it was: then it may be there already, and is ours. Throws KubernetesError. */
  async store(app: RegisteredApp, variables: Readonly<Record<string, string>>): Promise<void> {
    const { id, privateKey, webhookSecret } = app;
    const keys = { APP_ID: String(id), PRIVATE_KEY: privateKey, ...(webhookSecret !== "" && { WEBHOOK_SECRET: webhookSecret }) };
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#create({ ...keys, ...variables }, {});
      } catch (error) {
        const failure = error instanceof KubernetesError ? error : null;
        if (failure?.status === 409 && tried > 1) return;
        if (failure?.isUnknown !== true || tried >= limits.setupStoreTries) throw error;
      }
    }
  }

  async #create(values: Readonly<Record<string, string>>, query: Readonly<Record<string, string>>): Promise<void> {
    const { client, namespace, signal } = this.#options;
    const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
    const labels = { "app.kubernetes.io/name": "signalman" };
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: { name: secretName, namespace, labels },
      data: Object.fromEntries(data) as Record<string, string>,
    };
    await client.create(resourcePath(resources.secrets, { namespace }), secret, { signal, query });
  }

  /** "" for what is not about the Secret. */
  #refusal(error: unknown): string {
    const { namespace } = this.#options;
    const status = error instanceof KubernetesError ? error.status : 0;
    if (status === 409) {
      return (
        `Secret ${this.name} is there already, and its keys may be in use. Keep it, or remove it first: ` +
        `kubectl delete secret ${secretName} -n ${namespace}`
      );
    }
    if (status === 404) return `there is no namespace ${namespace}. Create it: kubectl create namespace ${namespace}`;
    if (status === 403) return `you may not create Secret ${this.name}. Ask for "create" on secrets in namespace ${namespace}`;
    return "";
  }
}

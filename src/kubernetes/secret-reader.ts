import type { SecretReference } from "../core/notification/rule.ts";
import type { KubernetesClient } from "./client.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { getSecret, secretValue } from "./read-secret.ts";

/**
 * Reads Secrets for many messages at once: whoever needs one that is just being read shares the answer, so that a burst of a thousand messages with
 * the same credentials is a few requests. Nothing is kept: a rotated Secret is used from the next message on.
 */
export class SecretReader {
  readonly #client: KubernetesClient;
  /** Of everything that is read here. */
  readonly #signal: AbortSignal;
  /** By Secret; at most one for each that a destination names. */
  readonly #underWay = new Map<string, Promise<KubernetesObject>>();

  constructor({ client, signal }: { client: KubernetesClient; signal: AbortSignal }) {
    this.#client = client;
    this.#signal = signal;
  }

  /** As `readSecret`. */
  read(reference: SecretReference): Promise<string> {
    const name = `${reference.namespace}/${reference.name}`;
    return secretValue(reference, this.#underWay.get(name) ?? this.#get(name, reference));
  }

  #get(name: string, reference: SecretReference): Promise<KubernetesObject> {
    const answer = getSecret(this.#client, reference, this.#signal);
    this.#underWay.set(name, answer);
    const forget = () => this.#underWay.delete(name);
    answer.then(forget, forget);
    return answer;
  }
}

import type { SecretReference } from "../core/notification/rule.ts";
import { SecretMissingError } from "../destinations/secret-missing-error.ts";
import type { KubernetesClient } from "./client.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { resourcePath } from "./resource-path.ts";
import { resources } from "./resources.ts";

/**
 * The value of one key of one Secret, read when it is used: a rotated Secret is used from the next call on, and nothing is kept (design §3).
 *
 * Throws SecretMissingError where the Secret or the key is not there, KubernetesError for every other failure; 403 says which right is
 * missing. No error holds a value.
 */
export function readSecret(client: KubernetesClient, reference: SecretReference, signal: AbortSignal): Promise<string> {
  return secretValue(reference, getSecret(client, reference, signal));
}

export function getSecret(
  client: KubernetesClient,
  { namespace, name }: SecretReference,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  return client.get(resourcePath(resources.secrets, { namespace, name }), { signal });
}

/** The value of one key, from the answer to `getSecret`. Throws as `readSecret`. */
export async function secretValue(reference: SecretReference, answer: Promise<KubernetesObject>): Promise<string> {
  const { namespace, name, key } = reference;
  try {
    const { data } = await answer;
    const value = Object.entries((data ?? {}) as Readonly<Record<string, unknown>>).find(([it]) => it === key)?.[1];
    if (typeof value !== "string") throw new SecretMissingError(reference, "key");
    return Buffer.from(value, "base64").toString();
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    if (error.status === 404) throw new SecretMissingError(reference);
    if (error.status !== 403) throw error;
    const message = `Secret ${namespace}/${name} may not be read. Grant "get" on it to Signalman's ServiceAccount.`;
    throw new KubernetesError({ status: 403, reason: "Forbidden", message });
  }
}

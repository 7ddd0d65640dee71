import type { SecretReference } from "./secret-reference.ts";
import type { WrittenSecret } from "./written-webhook.ts";

/** The Secret that is meant. `namespace`: of those that name none. */
export function secretOf(written: WrittenSecret, namespace: string): SecretReference {
  return { namespace: written.namespace ?? namespace, name: written.name, key: written.key };
}

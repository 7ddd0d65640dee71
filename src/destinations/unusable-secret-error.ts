import type { SecretReference } from "../core/notification/rule.ts";

/** A Secret that is there and cannot be used. Says which and why, never what is in it. */
export class UnusableSecretError extends Error {
  override readonly name = "UnusableSecretError";

  /** `why` goes on after "Secret a/b has …, under the key …". */
  constructor({ namespace, name, key }: SecretReference, why: string) {
    super(`Secret ${namespace}/${name} has ${why}, under the key "${key}". Change it; it is looked at again every 5 minutes.`);
  }
}

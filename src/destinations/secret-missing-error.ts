import type { SecretReference } from "../core/notification/rule.ts";

/** A Secret that a destination needs, or a key of it, is not there. Says which; never what is in it. */
export class SecretMissingError extends Error {
  override readonly name = "SecretMissingError";
  readonly code = "SecretMissing";
  readonly reference: SecretReference;

  constructor(reference: SecretReference, what: "secret" | "key" = "secret") {
    const { namespace, name, key } = reference;
    super(
      what === "secret"
        ? `Secret ${namespace}/${name} does not exist. Create it with the key "${key}"; it is looked for again every 5 minutes.`
        : `Secret ${namespace}/${name} has no key "${key}". Add the key; it is looked for again every 5 minutes.`,
    );
    this.reference = reference;
  }
}

import type { SecretReference } from "../core/notification/rule.ts";
import { type DestinationIo, maskedSecret } from "./destination.ts";
import { UnusableSecretError } from "./unusable-secret-error.ts";

/** Where Secrets are read. */
export type SecretSource = Pick<DestinationIo, "secret">;

/** Reads Secrets and says of each what can be made of it. Every method throws UnusableSecretError, and what `io.secret` throws. */
export class UsableSecrets {
  readonly #io: SecretSource;
  readonly #signal: AbortSignal;

  constructor(io: SecretSource, signal: AbortSignal) {
    this.#io = io;
    this.#signal = signal;
  }

  /**
   * The value of a Secret, or what `make` makes of it; `make` calls `refuse` with what is wrong with it. Where Secrets are masked (`render`,
   * `replay`), nothing can be made of them: the mask stands for what would be.
   */
  async read<Made>(
    reference: SecretReference,
    make: (value: string, refuse: (why: string) => never) => Made,
  ): Promise<Made | typeof maskedSecret> {
    const value = await this.text(reference);
    if (value === maskedSecret) return maskedSecret;
    return make(value, (why) => {
      throw new UnusableSecretError(reference, why);
    });
  }

  /** As it is, but for line ends at its end: files that Secrets are made from mostly end with one that was not meant. */
  async text(reference: SecretReference): Promise<string> {
    return (await this.#io.secret(reference, this.#signal)).replace(/(?:\r?\n)+$/, "");
  }
}

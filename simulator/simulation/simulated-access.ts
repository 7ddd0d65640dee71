import type { SecretReference } from "../../src/core/notification/rule.ts";
import { SecretMissingError } from "../../src/destinations/secret-missing-error.ts";
import { NotInstalledError } from "../../src/github/not-installed-error.ts";

/** What lets the product in: its App's installation, the receivers, and the Secret with the token that one of them asks for. All of it outlives every process. */
export class SimulatedAccess {
  isInstalled = true;
  /** "" where the Secret is gone. */
  secret = "token-1";
  #rotations = 1;
  /** What the receiver takes: it was told of a new token with the Secret. */
  #token = "token-1";
  /** Nobody is behind the receivers' addresses any more. */
  isReceiverGone = false;
  /** Somebody was told so: what he had to say is parked, and tried again hourly. */
  hasParked = false;

  rotate(): void {
    this.#rotations += 1;
    this.#token = `token-${this.#rotations}`;
    this.secret = this.#token;
  }

  restore(): void {
    this.secret = this.#token;
  }

  /** Throws as `readSecret` where it is gone. */
  read(reference: SecretReference): string {
    if (this.secret === "") throw new SecretMissingError(reference);
    return this.secret;
  }

  /** Throws where the App is not installed. */
  enter(): void {
    if (!this.isInstalled) throw new NotInstalledError("the App is not installed");
  }

  /** What a receiver answers to a request with these credentials; one that sends none is not asked for any. */
  answerTo(authorization: string | undefined): 204 | 401 | 410 {
    if (this.isReceiverGone) {
      this.hasParked = true;
      return 410;
    }
    return authorization === undefined || authorization === `Bearer ${this.#token}` ? 204 : 401;
  }
}

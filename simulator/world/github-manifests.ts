import { createHash } from "node:crypto";
import type { Permissions } from "./github-installations.ts";

/** What an App's registration may say; GitHub refuses what it does not know. */
export interface AppManifest {
  readonly name: string;
  readonly url: string;
  readonly redirectUrl: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** "" where the App has no webhook, or one that is switched off. */
  readonly hookUrl: string;
}

export interface RegisteredApp {
  readonly manifest: AppManifest;
  /** "" for the account of whoever registers it. */
  readonly organization: string;
  readonly clientSecret: string;
  /** null without a webhook. */
  readonly webhookSecret: string | null;
}

/** GitHub: "You must complete this step of the GitHub App Manifest flow within one hour". */
const codeMs = 3_600_000;

/**
 * The manifest flow (https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest): a manifest is handed in by
 * a browser, and its code is exchanged once. There is one App in a world: whichever is registered, its id and key are that one's.
 */
export class GitHubManifests {
  readonly registered: RegisteredApp[] = [];
  readonly #now: () => number;
  readonly #codes = new Map<string, { readonly app: RegisteredApp; readonly untilMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns the code. */
  register(manifest: AppManifest, organization: string): string {
    const digest = createHash("sha256")
      .update(`${this.registered.length} ${JSON.stringify(manifest)}`)
      .digest("hex");
    const webhookSecret = manifest.hookUrl === "" ? null : digest.slice(0, 40);
    const app = { manifest, organization, clientSecret: `client-${digest.slice(0, 32)}`, webhookSecret };
    this.registered.push(app);
    const code = digest.slice(-40);
    this.#codes.set(code, { app, untilMs: this.#now() + codeMs });
    return code;
  }

  /** null for a code that is unknown, used or too old. */
  convert(code: string): RegisteredApp | null {
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    return known === undefined || known.untilMs < this.#now() ? null : known.app;
  }
}

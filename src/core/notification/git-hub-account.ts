import { z } from "zod";
import type { SecretReference } from "./secret-reference.ts";
import type { WrittenSecret } from "./written-webhook.ts";
import { secretOf } from "./secret-of.ts";

const secretReference = z.object({ namespace: z.string(), name: z.string(), key: z.string() });

/** As it is stored, so that what is pending can be closed by who wrote it once the Notification is gone. */
export const storedAccount = z.object({
  apiUrl: z.string(),
  credentials: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("token"), token: secretReference }),
    z.object({ kind: z.literal("app"), appId: secretReference, privateKey: secretReference }),
  ]),
});

/** Who speaks to GitHub in place of Signalman's own App or token. Secrets are named here, and read when they are used. */
export interface GitHubAccount {
  /** Base of the API, without a slash at its end; "": the GitHub that Signalman itself speaks to. */
  readonly apiUrl: string;
  readonly credentials: GitHubCredentials;
}

export type GitHubCredentials =
  | { readonly kind: "token"; readonly token: SecretReference }
  | { readonly kind: "app"; readonly appId: SecretReference; readonly privateKey: SecretReference };

/** `github.auth` as it is written. */
export interface WrittenGitHubAuth {
  readonly tokenSecretRef?: WrittenSecret | undefined;
  readonly appSecretRef?: Omit<WrittenSecret, "key"> | undefined;
}

/** The account that a destination on GitHub names; null where it names none. `namespace`: of the Secrets that name none. */
export function gitHubAccount(
  { auth, apiUrl = "" }: { auth?: WrittenGitHubAuth | undefined; apiUrl?: string | undefined },
  namespace: string,
): GitHubAccount | null {
  const base = apiUrl.replace(/\/+$/, "");
  if (auth?.tokenSecretRef !== undefined) {
    return { apiUrl: base, credentials: { kind: "token", token: secretOf(auth.tokenSecretRef, namespace) } };
  }
  if (auth?.appSecretRef === undefined) return null;
  const { appSecretRef } = auth;
  const entry = (key: string) => secretOf({ ...appSecretRef, key }, namespace);
  return { apiUrl: base, credentials: { kind: "app", appId: entry("appId"), privateKey: entry("privateKey") } };
}

/** Equal for accounts that are one. Names Secrets and says nothing of what is in them. */
export function accountKey({ apiUrl, credentials }: GitHubAccount): string {
  const { namespace, name, key } = credentials.kind === "token" ? credentials.token : credentials.privateKey;
  return `${apiUrl} ${credentials.kind} ${namespace}/${name}/${key}`;
}

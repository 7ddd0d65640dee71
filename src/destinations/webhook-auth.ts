import type { SecretReference } from "../core/notification/rule.ts";
import type { WebhookAuth } from "../core/notification/webhook-config.ts";
import { maskedSecret } from "./destination.ts";
import { UnusableSecretError } from "./unusable-secret-error.ts";
import type { UsableSecrets } from "./usable-secrets.ts";

/** The headers that say who we are. @throws UnusableSecretError, and what `io.secret` throws. */
export async function authHeaders(auth: WebhookAuth, secrets: UsableSecrets): Promise<Readonly<Record<string, string>>> {
  switch (auth.kind) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${await secrets.read(auth.secret, token)}` };
    case "basic":
      return { authorization: `Basic ${await basic(auth, secrets)}` };
    case "header":
      return { [auth.name.toLowerCase()]: await secrets.read(auth.secret, headerValue) };
  }
}

async function basic(
  { username, password }: { username: SecretReference; password: SecretReference },
  secrets: UsableSecrets,
): Promise<string> {
  const [user, pass] = [await secrets.text(username), await secrets.text(password)];
  if (user === maskedSecret) return maskedSecret;
  // RFC 7617: the first colon ends the user name.
  if (user.includes(":")) throw new UnusableSecretError(username, "a colon, which no user name may have");
  return Buffer.from(`${user}:${pass}`).toString("base64");
}

function token(value: string, refuse: (why: string) => never): string {
  const text = headerValue(value, refuse);
  return text.includes(" ") ? refuse("a space, which no token may have") : text;
}

function headerValue(value: string, refuse: (why: string) => never): string {
  if (value === "") refuse("nothing in it");
  if (!/^[\x20-\x7e]+$/.test(value) || value.trim() !== value) refuse("characters that no header may have");
  return value;
}

import { createPrivateKey, X509Certificate } from "node:crypto";
import type { SecretReference } from "../core/notification/rule.ts";
import type { WebhookTls } from "../core/notification/webhook-config.ts";
import type { TlsIdentity } from "./destination.ts";
import type { UsableSecrets } from "./usable-secrets.ts";

/** Whom to trust and whom to say to be, read and checked. @throws UnusableSecretError, and what `io.secret` throws. */
export async function tlsIdentity({ ca, client }: WebhookTls, secrets: UsableSecrets): Promise<TlsIdentity> {
  return {
    ca: ca === null ? null : await secrets.read(ca, certificates),
    client: client === null ? null : await clientIdentity(client, secrets),
  };
}

async function clientIdentity(
  { certificate, key }: { certificate: SecretReference; key: SecretReference },
  secrets: UsableSecrets,
): Promise<NonNullable<TlsIdentity["client"]>> {
  const shown = await secrets.read(certificate, certificates);
  const secret = await secrets.read(key, (value, refuse) => {
    const parsed = parse(() => createPrivateKey(value)) ?? refuse("no private key without a passphrase (PEM)");
    // Where certificates are masked, so are keys.
    const isPair = new X509Certificate(shown).checkPrivateKey(parsed);
    return isPair ? value : refuse(`a key that is not that of the certificate under "${certificate.key}"`);
  });
  return { certificate: shown, key: secret };
}

/** One certificate or more, one after the other. */
function certificates(value: string, refuse: (why: string) => never): string {
  const found = value.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  const isRead = found.length > 0 && found.every((it) => parse(() => new X509Certificate(it)) !== null);
  return isRead ? value : refuse("no certificate (PEM)");
}

/** null for what cannot be read; why is not said, since errors could quote it. */
function parse<Parsed>(read: () => Parsed): Parsed | null {
  try {
    return read();
  } catch {
    return null;
  }
}

import { createHmac } from "node:crypto";
import type { WebhookSigning } from "../core/notification/webhook-config.ts";
import { limits } from "../core/limits.ts";
import type { UsableSecrets } from "./usable-secrets.ts";

/** What is signed. */
interface Signed {
  /** `webhook-id`. */
  readonly id: string;
  /** `webhook-timestamp`. */
  readonly timestamp: string;
  readonly body: string;
}

/**
 * `webhook-signature` as Standard Webhooks 1.0 has it: one signature (HMAC-SHA256) for each secret, parted by a space. A receiver that knows either
 * of them accepts the request.
 *
 * @throws UnusableSecretError, and what `io.secret` throws.
 */
export async function webhookSignature(signing: WebhookSigning, secrets: UsableSecrets, signed: Signed): Promise<string> {
  const signatures: string[] = [];
  for (const reference of [signing.current, signing.previous]) {
    if (reference === null) continue;
    const signature = await secrets.read(reference, (value, refuse) => sign(signed, keyOf(value, refuse)));
    signatures.push(`v1,${signature}`);
  }
  return signatures.join(" ");
}

function sign({ id, timestamp, body }: Signed, key: Buffer): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
}

/** `whsec_` and base64; the prefix may be missing, as in what some receivers show. */
function keyOf(value: string, refuse: (why: string) => never): Buffer {
  const { signingKeyBytesMin, signingKeyBytesMax } = limits;
  const text = value.replace(/^whsec_/, "");
  const key = Buffer.from(text, "base64");
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  if (isBase64 && key.length >= signingKeyBytesMin && key.length <= signingKeyBytesMax) return key;
  return refuse(`no signing secret (whsec_ and the base64 of ${signingKeyBytesMin} to ${signingKeyBytesMax} bytes)`);
}

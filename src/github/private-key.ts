import { createPrivateKey } from "node:crypto";

/** A GitHub App's private key as PEM, from PEM, PEM with \n for line ends, or base64 of it; null where the text is none of these. */
export function privateKeyOf(text: string): string | null {
  const lines = text.replaceAll("\\n", "\n").trim();
  const pem = lines.startsWith("-----BEGIN") ? lines : Buffer.from(lines, "base64").toString("utf8");
  try {
    createPrivateKey(pem);
    return pem;
  } catch {
    // The error's own words could repeat a part of the key.
    return null;
  }
}

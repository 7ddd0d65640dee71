import { limits } from "../limits.ts";
import { printable } from "./found.ts";
import { type Complaint, mapOf, text } from "./schema-parts.ts";

/**
 * Headers that a Notification may not set, in small letters, with the remedy: HTTP's own (RFC 9110 §7.6.1 and what frames a message), what
 * Signalman says itself, and what would put a secret into a Notification.
 */
const reserved: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "connection",
      "content-encoding",
      "content-length",
      "expect",
      "host",
      "http2-settings",
      "keep-alive",
      "proxy-authenticate",
      "proxy-authorization",
      "proxy-connection",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade",
    ].map((name) => [name, "It belongs to the connection. Remove it."]),
  ),
  "content-type": "Use contentType.",
  authorization: "Use auth: a secret has no place in a Notification.",
};

/** Prefixes of headers that Signalman sends (design §5). */
const reservedPrefixes = ["webhook-", "signalman-"];

const namePattern = "^[-A-Za-z0-9!#$%&'*+.^_`|~]+$";

const name = text({
  max: limits.headerNameMax,
  pattern: namePattern,
  code: "InvalidHeaderName",
  allowed: "the name of a header. Use letters, digits and -",
});

const value = text({
  min: 0,
  max: limits.headerValueMax,
  pattern: "^([!-~]([ -~]*[!-~])?)?$",
  code: "InvalidHeaderValue",
  allowed: "the value of a header. Use printable ASCII on one line, no space at the start or the end",
  isSecret: true,
});

function complain(headers: Record<string, string>): readonly Complaint[] {
  const seen = new Set<string>();
  return Object.keys(headers).flatMap((name): Complaint[] => {
    const lower = name.toLowerCase();
    const isDuplicate = seen.has(lower);
    seen.add(lower);
    if (isDuplicate) {
      return [{ code: "DuplicateHeader", path: [name], message: `${printable(name)} is there twice. Remove one of the two.` }];
    }
    const isOurs = reservedPrefixes.some((prefix) => lower.startsWith(prefix));
    const remedy = isOurs ? "Signalman sets it. Remove it." : Object.hasOwn(reserved, lower) ? reserved[lower] : undefined;
    if (remedy === undefined) return [];
    return [{ code: "ReservedHeader", path: [name], message: `The header ${printable(name)} cannot be set here. ${remedy}` }];
  });
}

const cel = [
  {
    rule: `self.all(name, name.size() <= ${limits.headerNameMax} && name.matches(r"${namePattern}"))`,
    message: "the name of a header is letters, digits and -",
  },
  {
    rule: `self.all(name, !name.matches('(?i)^(${reservedPrefixes.join("|")}|(${Object.keys(reserved).join("|")})$)'))`,
    message: "this header is set by Signalman or belongs to the connection; use contentType and auth",
  },
];

export const headersSchema = mapOf(name, value, { max: limits.headersMax, complain, cel }).describe(
  "Headers of the request, beside those that Signalman sets. For a secret use auth.",
);

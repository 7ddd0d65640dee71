import { limits } from "../limits.ts";
import { printable } from "./found.ts";
import { type Complaint, mapOf, text } from "./schema-parts.ts";
import { isTemplate } from "../template/is-template.ts";
import { templateComplaints } from "./template-complaints.ts";

/**
 * Headers that a Notification may not set, in small letters, with the remedy: HTTP's own (RFC 9110 §7.6.1 and what frames a message), and what
 * Signalman says itself.
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
};
/** What would put a secret into a Notification. */
const secret: Readonly<Record<string, string>> = {
  authorization: "Use auth: a secret has no place in a Notification.",
  cookie: "Use auth.header: a secret has no place in a Notification.",
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
  complain: (value) => (isTemplate(value) ? (templateComplaints(value, { contentType: "text/plain" })[0] ?? null) : null),
});

/** null where a header of this name may be set. */
function complainOfName(name: string, refused: Readonly<Record<string, string>>): Complaint | null {
  const lower = name.toLowerCase();
  const isOurs = reservedPrefixes.some((prefix) => lower.startsWith(prefix));
  const remedy = isOurs ? "Signalman sets it. Remove it." : Object.hasOwn(refused, lower) ? refused[lower] : undefined;
  if (remedy === undefined) return null;
  return { code: "ReservedHeader", message: `The header ${printable(name)} cannot be set here. ${remedy}` };
}

function complain(headers: Record<string, string>): readonly Complaint[] {
  const seen = new Set<string>();
  return Object.keys(headers).flatMap((name): Complaint[] => {
    const lower = name.toLowerCase();
    const isDuplicate = seen.has(lower);
    seen.add(lower);
    if (isDuplicate) {
      return [{ code: "DuplicateHeader", path: [name], message: `${printable(name)} is there twice. Remove one of the two.` }];
    }
    const complaint = complainOfName(name, { ...reserved, ...secret });
    return complaint === null ? [] : [{ ...complaint, path: [name] }];
  });
}

const celNames = (names: Readonly<Record<string, string>>) =>
  `(?i)^(${reservedPrefixes.join("|")}|(${Object.keys(names).join("|")})$)`;

/** The name of a header whose value is a secret: `Authorization` may be one. */
export const headerNameSchema = text({
  max: limits.headerNameMax,
  pattern: namePattern,
  code: "InvalidHeaderName",
  allowed: "the name of a header. Use letters, digits and -",
  complain: (value) => complainOfName(value, reserved),
  cel: [
    {
      rule: `!self.matches('${celNames(reserved)}')`,
      message: "this header is set by Signalman or belongs to the connection",
    },
  ],
});

const cel = [
  {
    rule: `self.all(name, name.size() <= ${limits.headerNameMax} && name.matches(r"${namePattern}"))`,
    message: "the name of a header is letters, digits and -",
  },
  {
    rule: `self.all(name, !name.matches('${celNames({ ...reserved, ...secret })}'))`,
    message: "this header is set by Signalman or belongs to the connection; use contentType and auth",
  },
];

export const headersSchema = mapOf(name, value, { max: limits.headersMax, complain, cel }).describe(
  "Headers of the request, beside those that Signalman sets; values may be templates. For a secret use auth.",
);

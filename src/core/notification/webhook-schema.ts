import { z } from "zod";
import { limits } from "../limits.ts";
import { checkTemplate } from "../template/check-template.ts";
import { headersSchema } from "./header-schema.ts";
import { checked, type Complaint, complainOfChoice, text } from "./schema-parts.ts";
import type { SecretSchema } from "./secret-schema.ts";
import { durationText } from "./timing-schema.ts";
import type { WrittenWebhook } from "./written-destination.ts";

const url = text({
  max: limits.urlMax,
  pattern: "^https?://[-A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]]+$",
  code: "InvalidUrl",
  allowed: "a URL. Begin with http:// or https:// and encode what a URL cannot hold, like %20 for a space",
  isSecret: true,
  complain: (value) => complainOfUrl(value),
  cel: [
    { rule: "isURL(self) && url(self).getHostname() != ''", message: "not a URL with a host" },
    { rule: "!self.matches('^https?://[^/?#]*@')", message: "a URL may not have a user name or password in it; use auth" },
  ],
});

function complainOfUrl(value: string): Complaint | null {
  if (/^https?:\/\/[^/?#]*@/u.test(value)) {
    return { code: "UrlCredentials", message: "A URL may not have a user name or password in it. Use auth.basic with a Secret." };
  }
  // URL takes `https:///x` for `https://x`; other parsers do not.
  if (/^https?:\/\/[^/?#:]/u.test(value) && URL.canParse(value)) return null;
  return { code: "InvalidUrl", message: "This is not a URL with a host. Write https://host/path." };
}

const body = text({
  max: limits.templateSourceMax,
  code: "MissingField",
  allowed: "a template. Write what is to be sent",
}).describe("The request's body with format template: Handlebars over the event's data.");

/** Who the receiver is told that we are. */
function authSchema(secret: SecretSchema) {
  const bearer = z
    .strictObject({ secretRef: secret.describe("The token.") })
    .describe("Authorization: Bearer, with a token from a Secret.");
  const basic = z
    .strictObject({
      usernameSecretRef: secret.describe("The user name."),
      passwordSecretRef: secret.describe("The password."),
    })
    .describe("Authorization: Basic, with a user name and password from a Secret.");
  return checked(z.strictObject({ bearer, basic }).partial(), {
    complain: (auth) => complainOfChoice(auth, { code: "InvalidAuth", owner: "auth", choices: ["bearer", "basic"] }),
    cel: [{ rule: "has(self.bearer) != has(self.basic)", message: "exactly one of bearer and basic is needed" }],
  }).describe("How the request says who it comes from. Exactly one of bearer and basic.");
}

const fields = (secret: SecretSchema) => ({
  url: url.describe("Where the request goes: http or https."),
  method: z.enum(["POST"]).describe("The request's method. Default POST."),
  headers: headersSchema,
  format: z
    .enum(["event", "template"])
    .describe("event sends the documented JSON of the event; template sends body. Default event."),
  contentType: z
    .enum(["application/json", "text/plain"])
    .describe(
      "What the body is, with format template. A JSON body is checked before it is sent, and values are escaped for JSON. Default application/json.",
    ),
  body,
  auth: authSchema(secret),
  timeout: durationText({ minMs: limits.webhookTimeoutMinMs, maxMs: limits.webhookTimeoutMaxMs }).describe(
    "How long one attempt may take. Default 10s.",
  ),
});

/** What only a template reads; where `format` may come from another level, the resolved destination is checked instead. */
function complainOfFormat(webhook: WrittenWebhook): readonly Complaint[] {
  if (webhook.format !== "event") return complainOfTemplate(webhook);
  return (["body", "contentType"] as const).flatMap((field): Complaint[] => {
    if (webhook[field] === undefined) return [];
    const message = `format event does not use ${field}. Remove it, or set format: template.`;
    return [{ code: "UnusedField", path: [field], message }];
  });
}

/** A body that is written into a webhook of another level may get its content type from there: it is checked as text then. */
function complainOfTemplate({ url, format, contentType, body = "" }: WrittenWebhook): readonly Complaint[] {
  if (body === "") return [];
  const isWhole = url !== undefined && format === "template";
  const checkedAs = contentType ?? (isWhole ? "application/json" : "text/plain");
  return checkTemplate(body, { contentType: checkedAs }).map(({ code, line, column, message }): Complaint => {
    return { code, path: ["body"], message: `Line ${line}, column ${column}: ${message}`, at: { line, column } };
  });
}

const unusedCel = (["body", "contentType"] as const).map((field) => ({
  rule: `!has(self.format) || self.format != 'event' || !has(self.${field})`,
  message: `format event does not use ${field}`,
  fieldPath: `.${field}`,
}));

/** A webhook as a Notification may write it: every field may come from the ClusterNotification of the same name. */
export function webhookSchema(secret: SecretSchema) {
  return checked(z.strictObject(fields(secret)).partial(), { complain: complainOfFormat, cel: unusedCel }).describe(
    "An HTTP request to any receiver.",
  );
}

import { z } from "zod";
import { limits } from "../limits.ts";
import { printable } from "./found.ts";
import { headersSchema } from "./header-schema.ts";
import { type CelRule, checked, type Complaint, text } from "./schema-parts.ts";
import type { SecretSchema } from "./secret-schema.ts";
import { templateComplaints } from "./template-complaints.ts";
import { durationText } from "./timing-schema.ts";
import { hasBody, webhookFormats, webhookMethods } from "./webhook-config.ts";
import { authSchema, signingSchema, tlsSchema } from "./webhook-credentials-schema.ts";
import { webhookUrlSchema } from "./webhook-url-schema.ts";
import type { WrittenWebhook } from "./written-webhook.ts";

const body = text({
  max: limits.templateSourceMax,
  code: "MissingField",
  allowed: "a template. Write what is to be sent",
}).describe("The request's body with format template: Handlebars over the event's data.");

const fields = (secret: SecretSchema) => ({
  url: webhookUrlSchema.describe(
    "Where the request goes: http or https. Behind the host a template; what it inserts is percent-encoded.",
  ),
  urlSecretRef: secret.describe("Where the request goes, where the URL itself is a secret. In place of url; no template."),
  method: z.enum(webhookMethods).describe("The request's method. Default POST. GET and HEAD send no body."),
  headers: headersSchema,
  format: z
    .enum(webhookFormats)
    .describe(
      "event sends the documented JSON of the event, cloudevents the same as a CloudEvent (1.0, structured), template sends body. Default event.",
    ),
  contentType: z
    .enum(["application/json", "application/x-www-form-urlencoded", "text/plain"])
    .describe(
      "What the body is, with format template. Values are escaped for it, and a JSON body is checked before it is sent. Default application/json.",
    ),
  body,
  auth: authSchema(secret),
  signing: signingSchema(secret),
  tls: tlsSchema(secret),
  timeout: durationText({ minMs: limits.webhookTimeoutMinMs, maxMs: limits.webhookTimeoutMaxMs }).describe(
    "How long one attempt may take. Default 10s.",
  ),
});

/** What the fields of one webhook say against each other; where some may come from another level, the resolved destination is checked instead. */
function complainOfTogether(webhook: WrittenWebhook): readonly Complaint[] {
  return [...complainOfAddress(webhook), ...complainOfHeader(webhook), ...complainOfFormat(webhook)];
}

function complainOfAddress({ url, urlSecretRef, tls }: WrittenWebhook): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (url !== undefined && urlSecretRef !== undefined) {
    complaints.push({
      code: "UnusedField",
      path: ["urlSecretRef"],
      message: "url and urlSecretRef are both there. Keep one of them.",
    });
  }
  if (tls !== undefined && url?.startsWith("http://") === true) {
    complaints.push({ code: "UnusedField", path: ["tls"], message: "http:// does not use tls. Remove it, or write https://." });
  }
  return complaints;
}

/** A header that auth sends cannot be set by `headers` too. */
function complainOfHeader({ headers = {}, auth }: WrittenWebhook): readonly Complaint[] {
  const name = auth?.header?.name;
  const twice = Object.keys(headers).find((it) => it.toLowerCase() === name?.toLowerCase());
  if (name === undefined || twice === undefined) return [];
  return [
    {
      code: "DuplicateHeader",
      path: ["headers", twice],
      message: `auth.header sends ${printable(name)} too. Remove one of the two.`,
    },
  ];
}

/** What only a template reads. */
function complainOfFormat(webhook: WrittenWebhook): readonly Complaint[] {
  const { format, method } = webhook;
  if (webhook.body !== undefined && method !== undefined && !hasBody(method)) {
    return [{ code: "UnusedField", path: ["body"], message: `${method} sends no body. Remove it, or write method: POST.` }];
  }
  if (format === undefined || format === "template") return complainOfTemplate(webhook);
  return (["body", "contentType"] as const).flatMap((field): Complaint[] => {
    if (webhook[field] === undefined) return [];
    const message = `format ${format} does not use ${field}. Remove it, or set format: template.`;
    return [{ code: "UnusedField", path: [field], message }];
  });
}

/** A body that is written into a webhook of another level may get its content type from there: it is checked as text then. */
function complainOfTemplate({ url, urlSecretRef, format, contentType, body = "" }: WrittenWebhook): readonly Complaint[] {
  if (body === "") return [];
  const isWhole = (url !== undefined || urlSecretRef !== undefined) && format === "template";
  return templateComplaints(body, { contentType: contentType ?? (isWhole ? "application/json" : "text/plain"), path: ["body"] });
}

const cel: readonly CelRule[] = [
  {
    rule: "!has(self.body) || !has(self.method) || !(self.method in ['GET', 'HEAD'])",
    message: "GET and HEAD send no body",
    fieldPath: ".body",
  },
  {
    rule: "!has(self.url) || !has(self.urlSecretRef)",
    message: "url and urlSecretRef are both there",
    fieldPath: ".urlSecretRef",
  },
  {
    rule: "!has(self.url) || !has(self.tls) || !self.url.startsWith('http://')",
    message: "http:// does not use tls",
    fieldPath: ".tls",
  },
  {
    rule: "!has(self.auth) || !has(self.auth.header) || !has(self.headers) || self.headers.all(it, it.lowerAscii() != self.auth.header.name.lowerAscii())",
    message: "auth.header sends this header too",
    fieldPath: ".headers",
  },
  ...(["body", "contentType"] as const).map((field) => ({
    rule: `!has(self.format) || self.format == 'template' || !has(self.${field})`,
    message: `${field} is used with format template alone`,
    fieldPath: `.${field}`,
  })),
];

/** A webhook as a Notification may write it: every field may come from the ClusterNotification of the same name. */
export function webhookSchema(secret: SecretSchema) {
  return checked(z.strictObject(fields(secret)).partial(), { complain: complainOfTogether, cel }).describe(
    "An HTTP request to any receiver.",
  );
}

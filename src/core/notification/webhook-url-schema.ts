import { limits } from "../limits.ts";
import { type Complaint, text } from "./schema-parts.ts";
import { isTemplate } from "../template/is-template.ts";
import { templateComplaints } from "./template-complaints.ts";

const inUrl = "-A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]";
const inHost = "-A-Za-z0-9._~:@!$&'()*+,;=%\\[\\]";

/** Where a webhook goes. Scheme, host and port are written out: what a template inserts can change neither of them. */
export const webhookUrlSchema = text({
  max: limits.urlMax,
  pattern: `^https?://([${inHost}]*([/?#]([${inUrl}]|\\{\\{[^{}]*\\}\\})*)?)$`,
  code: "InvalidUrl",
  allowed:
    "a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone",
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
  const isUrl = /^https?:\/\/[^/?#:]/u.test(value) && URL.canParse(value.replaceAll(/\{\{[^{}]*\}\}/g, "x"));
  if (!isUrl) return { code: "InvalidUrl", message: "This is not a URL with a host. Write https://host/path." };
  // What is inserted into a URL is encoded as in a form.
  return isTemplate(value) ? (templateComplaints(value, { contentType: "application/x-www-form-urlencoded" })[0] ?? null) : null;
}

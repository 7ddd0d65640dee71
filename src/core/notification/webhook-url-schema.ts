import { limits } from "../limits.ts";
import { type Complaint, text } from "./schema-parts.ts";
import { isTemplate } from "../template/is-template.ts";
import { templateComplaints } from "./template-complaints.ts";

const inUrl = "-A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]";
const inHost = "-A-Za-z0-9._~:@!$&'()*+,;=%\\[\\]";

/** A URL whose scheme, host and port are written out: what a template inserts can change neither of them. */
const urlOptions = {
  max: limits.urlMax,
  pattern: `^https?://([${inHost}]*([/?#]([${inUrl}]|\\{\\{[^{}]*\\}\\})*)?)$`,
  code: "InvalidUrl" as const,
  allowed:
    "a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone",
};

const hostCel = { rule: "isURL(self) && url(self).getHostname() != ''", message: "not a URL with a host" };
const credentialsRule = "!self.matches('^https?://[^/?#]*@')";

/** Where a commit status leads: everybody who may see the commit can read it. */
export const statusUrlSchema = text({
  ...urlOptions,
  complain: (value) => complainOfUrl(value, "Remove them: everybody who may see the commit can read it."),
  cel: [hostCel, { rule: credentialsRule, message: "a URL may not have a user name or password in it" }],
});

/** Where a GitHub's API is. */
export const gitHubUrlSchema = text({
  max: limits.urlMax,
  pattern: `^https?://[${inHost}]+(/[-A-Za-z0-9._~/]*)?$`,
  code: "InvalidUrl",
  isSecret: true,
  allowed: "the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com",
  complain: (value) => complainOfUrl(value, "Name them in github.auth, in a Secret."),
  cel: [hostCel, { rule: credentialsRule, message: "a URL may not have a user name or password in it; use auth" }],
});

/** Where a webhook goes. */
export const webhookUrlSchema = text({
  ...urlOptions,
  isSecret: true,
  complain: (value) => complainOfUrl(value, "Use auth.basic with a Secret.") ?? complainOfFragment(value),
  cel: [hostCel, { rule: credentialsRule, message: "a URL may not have a user name or password in it; use auth" }],
});

function complainOfUrl(value: string, remedy: string): Complaint | null {
  if (/^https?:\/\/[^/?#]*@/u.test(value)) {
    return { code: "UrlCredentials", message: `A URL may not have a user name or password in it. ${remedy}` };
  }
  if (!hasHost(value)) {
    return {
      code: "InvalidUrl",
      message: "This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.",
    };
  }
  // What is inserted into a URL is encoded as in a form.
  return isTemplate(value) ? (templateComplaints(value, { contentType: "application/x-www-form-urlencoded" })[0] ?? null) : null;
}

const inserted = /\{\{[^{}]*\}\}/g;

/** Whether names can be looked up: DNS has no empty label, none above 63 letters and no name above 253; nobody listens at port 0. */
function hasHost(value: string): boolean {
  // URL takes `https:///x` for `https://x`; other parsers do not.
  const url = /^https?:\/\/[^/?#:]/u.test(value) ? URL.parse(value.replaceAll(inserted, "x")) : null;
  if (url === null || url.port === "0") return false;
  const name = url.hostname.replace(/\.$/, "");
  return name.length <= 253 && name.split(".").every((label) => label.length > 0 && label.length <= 63);
}

function complainOfFragment(value: string): Complaint | null {
  if (!value.replaceAll(inserted, "").includes("#")) return null;
  return {
    code: "InvalidUrl",
    message: 'What stands behind "#" in a URL is never sent. Remove it, or write %23 for the sign itself.',
  };
}

import { expect, test } from "vitest";
import { badWebhooks } from "../../../test/notifications/bad-webhooks.ts";
import { toldOf } from "../../../test/notifications/told-of.ts";

test("every bad webhook is told where it is wrong, what was found, what is allowed and what to do", () => {
  const told = Object.entries(badWebhooks).map(([title, yaml]) => `# ${title}\n${toldOf(yaml)}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# a method that asks for a tunnel
    UnknownValue spec.destinations[0].webhook.method: Found "CONNECT"; allowed are "POST", "PUT", "PATCH", "DELETE", "GET", "HEAD" or "OPTIONS".

    # a method that sends credentials back
    UnknownValue spec.destinations[0].webhook.method: Found "TRACE"; allowed are "POST", "PUT", "PATCH", "DELETE", "GET", "HEAD" or "OPTIONS".

    # a method in small letters
    UnknownValue spec.destinations[0].webhook.method: Found "put"; allowed are "POST", "PUT", "PATCH", "DELETE", "GET", "HEAD" or "OPTIONS". Did you mean "PUT"?

    # a body with GET
    UnusedField spec.destinations[0].webhook.body: GET sends no body. Remove it, or write method: POST.

    # a body with cloudevents
    UnusedField spec.destinations[0].webhook.body: format cloudevents does not use body. Remove it, or set format: template.

    # a content type with cloudevents
    UnusedField spec.destinations[0].webhook.contentType: format cloudevents does not use contentType. Remove it, or set format: template.

    # a url and a Secret with a url
    UnusedField spec.destinations[0].webhook.urlSecretRef: url and urlSecretRef are both there. Keep one of them.

    # a Secret with a url, without a key
    MissingField spec.destinations[0].webhook.urlSecretRef.key: "key" is required. Add it: a text.

    # a url with a part that is never sent
    InvalidUrl spec.destinations[0].webhook.url: What stands behind "#" in a URL is never sent. Remove it, or write %23 for the sign itself.

    # a url with two dots in its host
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.

    # a url whose host is too long for DNS
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.

    # a url with the port 0
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.

    # a url with a port too high
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.

    # a url with letters of another alphabet
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url with a backslash
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url with a space at its end
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url with a template of a shell
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a body that makes no JSON whatever the values are
    TemplateJson spec.destinations[0].webhook.body: Line 1, column 1: What the template renders is not JSON: Expected double-quoted property name in JSON at position 32 (line 1 column 33)

    # a body that is a text
    TemplateJson spec.destinations[0].webhook.body: Line 1, column 1: What the template renders is not JSON: Unexpected token 'h', "hello" is not valid JSON

    # a body of two JSON values
    TemplateJson spec.destinations[0].webhook.body: Line 1, column 1: What the template renders is not JSON: Unexpected non-whitespace character after JSON at position 22 (line 1 column 23)

    # a body in place of its text
    WrongType spec.destinations[0].webhook.body: Found an object; allowed is a text.

    # a template of the whole event
    TemplateType spec.destinations[0].webhook.body: Line 1, column 1: "." is an object, which has no text. Name one of its fields (type, …), or write {{json .}}.

    # a header's value with letters of another alphabet
    InvalidHeaderValue spec.destinations[0].webhook.headers.X-Env: This is not the value of a header. Use printable ASCII on one line, no space at the start or the end.

    # a header's name with a line end
    InvalidHeaderName spec.destinations[0].webhook.headers["X-A\\r\\nX-B"]: "X-A\\r\\nX-B" is not the name of a header. Use letters, digits and -.

    # a template in the host
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a template in the port
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a template right behind the scheme
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a template in the scheme
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a template in the user name
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a template in a url with a misspelt field
    TemplateUnknownField spec.destinations[0].webhook.url: Line 1, column 29: There is no field "comit". Did you mean "commit"?

    # a url whose template does not end
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a raw value in a url
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # an unescaped value in a url
    TemplateUnsupported spec.destinations[0].webhook.url: Line 1, column 27: {{{x}}} is not allowed in a URL or a form: write {{x}}.

    # a raw value in a form
    TemplateUnsupported spec.destinations[0].webhook.body: Line 1, column 6: {{{x}}} is not allowed in a URL or a form: write {{x}}.

    # a header's template with a misspelt field
    TemplateUnknownField spec.destinations[0].webhook.headers.X-Commit: Line 1, column 3: There is no field "comit". Did you mean "commit"?

    # a header's template that does not end
    TemplateSyntax spec.destinations[0].webhook.headers.X-Commit: Line 1, column 9: This character is not allowed here. Names with other characters are written [in brackets].

    # a cookie
    ReservedHeader spec.destinations[0].webhook.headers.Cookie: The header "Cookie" cannot be set here. Use auth.header: a secret has no place in a Notification.

    # a signature of one's own
    ReservedHeader spec.destinations[0].webhook.headers.webhook-signature: The header "webhook-signature" cannot be set here. Signalman sets it. Remove it.

    # auth by header without a name
    MissingField spec.destinations[0].webhook.auth.header.name: "name" is required. Add it: a text.

    # auth by a header of the connection
    ReservedHeader spec.destinations[0].webhook.auth.header.name: The header "Transfer-Encoding" cannot be set here. It belongs to the connection. Remove it.

    # auth by a header that Signalman sets
    ReservedHeader spec.destinations[0].webhook.auth.header.name: The header "signalman-stream" cannot be set here. Signalman sets it. Remove it.

    # auth by a header with a line end
    InvalidHeaderName spec.destinations[0].webhook.auth.header.name: "X-A\\r\\nX-B" is not the name of a header. Use letters, digits and -.

    # auth by a header that is set as well
    DuplicateHeader spec.destinations[0].webhook.headers.x-api-key: auth.header sends "X-Api-Key" too. Remove one of the two.

    # three kinds of auth
    InvalidAuth spec.destinations[0].webhook.auth: auth has bearer, basic and header. Keep one of them.

    # signing without a Secret
    MissingField spec.destinations[0].webhook.signing.secretRef: "secretRef" is required. Add it: an object.

    # a signing secret in place of its Secret
    WrongType spec.destinations[0].webhook.signing: Found a text; allowed is an object.

    # tls without anything
    MissingField spec.destinations[0].webhook.tls: tls has neither caSecretRef nor clientCertSecretRef. Add one of them, or remove tls.

    # tls for http
    UnusedField spec.destinations[0].webhook.tls: http:// does not use tls. Remove it, or write https://.

    # certificates that are not checked
    UnknownField spec.destinations[0].webhook.tls.insecureSkipVerify: There is no field "insecureSkipVerify" here. Allowed are caSecretRef, clientCertSecretRef.
    MissingField spec.destinations[0].webhook.tls: tls has neither caSecretRef nor clientCertSecretRef. Add one of them, or remove tls.

    # a key for a client certificate
    UnknownField spec.destinations[0].webhook.tls.clientCertSecretRef.key: There is no field "key" here. Allowed is name.

    # a timeout of nothing
    DurationOutOfRange spec.destinations[0].webhook.timeout: "0s" is out of range; allowed are 1s to 30s."
  `);
});

test("no error repeats what may be a secret, and each is one printable line", () => {
  const told = Object.values(badWebhooks).flatMap((yaml) => toldOf(yaml).split("\n"));
  for (const line of told) expect(line).toMatch(/^[A-Z][A-Za-z]+ [\P{C}]+$/u);
  expect(told.join("\n")).not.toContain("hunter2");
});

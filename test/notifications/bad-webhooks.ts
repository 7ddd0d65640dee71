/** Bad webhooks, each with one thing wrong, as YAML: as bad-notifications.ts. */

const head =
  "apiVersion: signalman.dev/v1alpha1\nkind: Notification\nmetadata: { name: deployments, namespace: fleet-default }\n";
const bare = (fields: string) => `${head}spec: { destinations: [{ name: chat, webhook: { ${fields} } }] }`;
const webhook = (fields: string) => bare(`url: "https://hooks.example.com/x", ${fields}`);
const to = (url: string) => bare(`url: "${url}"`);
const secret = "{ name: hook, key: token }";

export const badWebhooks: Readonly<Record<string, string>> = {
  "a method that asks for a tunnel": webhook("method: CONNECT"),
  "a method that sends credentials back": webhook("method: TRACE"),
  "a method in small letters": webhook("method: put"),
  "a body with GET": webhook('method: GET, format: template, body: "{}"'),
  "a body with cloudevents": webhook('format: cloudevents, body: "{}"'),
  "a content type with cloudevents": webhook("format: cloudevents, contentType: text/plain"),
  "a url and a Secret with a url": webhook(`urlSecretRef: ${secret}`),
  "a Secret with a url, without a key": bare("urlSecretRef: { name: hook }"),
  "a url with a part that is never sent": to("https://hooks.example.com/x#room"),
  "a url with two dots in its host": to("https://hooks..example.com/x"),
  "a url whose host is too long for DNS": to(`https://${"a".repeat(64)}.example.com/x`),
  "a url with the port 0": to("https://hooks.example.com:0/x"),
  "a url with a port too high": to("https://hooks.example.com:65536/x"),
  "a url with letters of another alphabet": to("https://bücher.example.com/x"),
  "a url with a backslash": bare(String.raw`url: 'https://hooks.example.com\@evil.example.com'`),
  "a url with a space at its end": to("https://hooks.example.com/x "),
  "a url with a template of a shell": to("https://hooks.example.com/${COMMIT}"),
  "a body that makes no JSON whatever the values are": webhook(`format: template, body: '{"text": {{json summary}},}'`),
  "a body that is a text": webhook("format: template, body: hello"),
  "a body of two JSON values": webhook("format: template, body: '{{json summary}}{{json commit}}'"),
  "a body in place of its text": webhook("format: template, body: { text: hello }"),
  "a template of the whole event": webhook("format: template, contentType: text/plain, body: '{{.}}'"),
  "a header's value with letters of another alphabet": webhook('headers: { X-Env: "prüf" }'),
  "a header's name with a line end": webhook(String.raw`headers: { "X-A\r\nX-B": a }`),
  "a template in the host": to("https://{{target.name}}.example.com/x"),
  "a template in the port": to("https://hooks.example.com:{{sequence}}/x"),
  "a template right behind the scheme": to("https://{{gitRepo.repo}}"),
  "a template in the scheme": to("{{type}}://hooks.example.com"),
  "a template in the user name": to("https://{{target.name}}@hooks.example.com/x"),
  "a template in a url with a misspelt field": to("https://hooks.example.com/{{comit}}"),
  "a url whose template does not end": to("https://hooks.example.com/{{commit"),
  "a raw value in a url": to("https://hooks.example.com/{{{commit}}}"),
  "an unescaped value in a url": to("https://hooks.example.com/{{&commit}}"),
  "a raw value in a form": webhook(
    "format: template, contentType: application/x-www-form-urlencoded, body: 'text={{{summary}}}'",
  ),
  "a header's template with a misspelt field": webhook('headers: { X-Commit: "{{comit}}" }'),
  "a header's template that does not end": webhook('headers: { X-Commit: "{{commit}" }'),
  "a cookie": webhook('headers: { Cookie: "session=hunter2" }'),
  "a signature of one's own": webhook('headers: { webhook-signature: "v1,hunter2" }'),
  "auth by header without a name": webhook(`auth: { header: { secretRef: ${secret} } }`),
  "auth by a header of the connection": webhook(`auth: { header: { name: Transfer-Encoding, secretRef: ${secret} } }`),
  "auth by a header that Signalman sets": webhook(`auth: { header: { name: signalman-stream, secretRef: ${secret} } }`),
  "auth by a header with a line end": webhook(String.raw`auth: { header: { name: "X-A\r\nX-B", secretRef: ${secret} } }`),
  "auth by a header that is set as well": webhook(
    `headers: { x-api-key: a }, auth: { header: { name: X-Api-Key, secretRef: ${secret} } }`,
  ),
  "three kinds of auth": webhook(
    `auth: { bearer: { secretRef: ${secret} }, header: { name: X-A, secretRef: ${secret} }, basic: { usernameSecretRef: ${secret}, passwordSecretRef: ${secret} } }`,
  ),
  "signing without a Secret": webhook("signing: {}"),
  "a signing secret in place of its Secret": webhook("signing: whsec_hunter2"),
  "tls without anything": webhook("tls: {}"),
  "tls for http": bare(`url: "http://hooks.example.com", tls: { caSecretRef: ${secret} }`),
  "certificates that are not checked": webhook("tls: { insecureSkipVerify: true }"),
  "a key for a client certificate": webhook("tls: { clientCertSecretRef: { name: hook, key: tls.crt } }"),
  "a timeout of nothing": webhook("timeout: 0s"),
};

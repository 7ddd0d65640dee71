/** Bad Notifications, each with one thing wrong, as YAML. Tests freeze what `check` says of them and ask a real API server too. */

const head = (kind: string) =>
  `apiVersion: signalman.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: deployments${kind === "Notification" ? ", namespace: fleet-default" : ""} }\n`;
const specOf = (spec: string) => `${head("Notification")}spec: { ${spec} }`;
const status = "destinations: [{ name: status, github: { commitStatus: {} } }]";
const destination = (fields: string) => specOf(`destinations: [{ name: chat, ${fields} }]`);
const webhook = (fields: string) => destination(`webhook: { url: "https://hooks.example.com/x", ${fields} }`);
const webhookWith = (fields: string) => destination(`${fields}, webhook: { url: "https://hooks.example.com/x" }`);
const cluster = (fields: string) => `${head("ClusterNotification")}spec: { destinations: [{ name: chat, ${fields} }] }`;

/** By title: what is wrong with the Notification as a whole. */
export const badNotifications: Readonly<Record<string, string>> = {
  "a list instead of an object": "[1, 2]",
  nothing: "",
  "another version": `apiVersion: signalman.dev/v1\nkind: Notification\nmetadata: { name: x }\nspec: { ${status} }`,
  "no spec": head("Notification"),
  "no name": `apiVersion: signalman.dev/v1alpha1\nkind: Notification\nmetadata: {}\nspec: { ${status} }`,
  "a name in capitals": `apiVersion: signalman.dev/v1alpha1\nkind: Notification\nmetadata: { name: Deployments }\nspec: { ${status} }`,
  "a ClusterNotification in a namespace": `apiVersion: signalman.dev/v1alpha1\nkind: ClusterNotification\nmetadata: { name: x, namespace: y }\nspec: { ${status} }`,
  "an empty spec": specOf(""),
  "no destinations": specOf("destinations: []"),
  "a misspelt field": specOf(`destination: [], ${status}`),
  "a field of nobody": specOf(`slack: true, ${status}`),
  "spec is a text": `${head("Notification")}spec: yes please`,
  "suspend in quotes": specOf(`suspend: "true", ${status}`),
  "an unknown meaning of modified": specOf(`modified: fail, ${status}`),
  "destinations as an object": specOf("destinations: { name: status }"),
  "twenty-one destinations": specOf(
    `destinations: [${Array.from({ length: 21 }, (_, index) => `{ name: d${index}, github: { commitStatus: {} } }`).join(", ")}]`,
  ),
  "two destinations of one name": specOf(
    `destinations: [{ name: a, github: { commitStatus: {} } }, { name: a, github: { pullRequestComment: {} } }]`,
  ),
  "a destination without a name": specOf("destinations: [{ github: { commitStatus: {} } }]"),
  "a duration in days": specOf(`timing: { notReadyDeadline: 2d }, ${status}`),
  "a duration with a fraction": specOf(`timing: { notReadyDeadline: 1.5h }, ${status}`),
  "an empty duration": specOf(`timing: { settle: "" }, ${status}`),
  "a settle time of an hour": specOf(`timing: { settle: 1h }, ${status}`),
  "a misspelt duration": specOf(`timing: { errorGrase: 3m }, ${status}`),
  "a pattern with a slash": specOf(`gitRepos: { names: ["fleet-default/*"] }, ${status}`),
  "no names": specOf(`gitRepos: { names: [] }, ${status}`),
  "one name as a text": specOf(`gitRepos: { names: shop }, ${status}`),
  "namespaces in a Notification": specOf(`gitRepos: { namespaces: ["*"] }, ${status}`),
  "a label's value with a space": specOf(`gitRepos: { selector: { matchLabels: { team: "shop a" } } }, ${status}`),
  "a label's key with a space": specOf(`gitRepos: { selector: { matchLabels: { "te am": shop } } }, ${status}`),
  "In without values": specOf(`gitRepos: { selector: { matchExpressions: [{ key: team, operator: In }] } }, ${status}`),
  "Exists with values": specOf(
    `gitRepos: { selector: { matchExpressions: [{ key: team, operator: Exists, values: [a] }] } }, ${status}`,
  ),
  "an unknown operator": specOf(
    `gitRepos: { selector: { matchExpressions: [{ key: team, operator: in, values: [a] }] } }, ${status}`,
  ),
  "on with and without quotes": destination('on: [GitRepoReady], "true": [GitRepoReady], github: { commitStatus: {} }'),
  "no targets": specOf(`targets: [], ${status}`),
  "a target without a name": specOf(`targets: [{ match: { clusterName: a } }], ${status}`),
  "a target without a match": specOf(`targets: [{ name: prod }], ${status}`),
  "a target whose match says nothing": specOf(`targets: [{ name: prod, match: {} }], ${status}`),
  "a target by the labels of a group": specOf(`targets: [{ name: prod, match: { clusterGroupSelector: {} } }], ${status}`),
  "a target's name in capitals": specOf(`targets: [{ name: Prod, match: { clusterName: a } }], ${status}`),
  "two targets of one name": specOf(
    `targets: [{ name: prod, match: { clusterName: a } }, { name: prod, match: { clusterName: b } }], ${status}`,
  ),
  "a selector of a target without values": specOf(
    `targets: [{ name: prod, match: { clusterSelector: { matchExpressions: [{ key: a, operator: In }] } } }], ${status}`,
  ),
  "a target's destination with an event that GitHub cannot show": specOf(
    `targets: [{ name: prod, match: { clusterName: a }, destinations: [{ name: status, on: [GitRepoDegraded] }] }], ${status}`,
  ),
  "a target's destination with a url that is none": specOf(
    `targets: [{ name: prod, match: { clusterName: a }, destinations: [{ name: chat, webhook: { url: "hooks.example.com" } }] }], ${status}`,
  ),
  "a target's destination that is nowhere else and has no type": specOf(
    `targets: [{ name: prod, match: { clusterName: a }, destinations: [{ name: chat, order: every }] }], ${status}`,
  ),
  "a target of a ClusterNotification without a match": `${head("ClusterNotification")}spec: { targets: [{ name: prod }], ${status} }`,
  "names of JavaScript as fields": specOf(`__proto__: { suspend: true }, constructor: 1, ${status}`),
  "an invisible letter": destination('on: ["GitRepoReady\u202e\u0007"], webhook: { url: "https://x.example" }'),
  "a text of 1 MB": specOf(`modified: ${"x".repeat(1_000_000)}, ${status}`),
  "a ClusterNotification's webhook without a url": cluster("webhook: {}"),
  "a ClusterNotification's destination without a type": cluster("on: [GitRepoReady]"),
  "a ClusterNotification's Secret without a namespace": cluster(
    'webhook: { url: "https://x.example", auth: { bearer: { secretRef: { name: a, key: b } } } }',
  ),
};

/** By title: what is wrong with one of its destinations. */
export const badDestinations: Readonly<Record<string, string>> = {
  "when is empty": webhookWith('when: ""'),
  "when is no CEL": webhookWith("when: 'rollout.clusters.total >'"),
  "when with a misspelt field": webhookWith("when: 'rollout.cluster.total > 1'"),
  "when with a field of nobody": webhookWith("when: 'branch == \"main\"'"),
  "when with a function of nobody": webhookWith("when: 'gitRepo.name.like(\"a*\")'"),
  "when that compares a number with a text": webhookWith("when: 'rollout.clusters.total > \"1\"'"),
  "when that is a number": webhookWith("when: rollout.clusters.total"),
  "when with a macro inside of a macro": webhookWith("when: 'pullRequests.exists(p, pullRequests.exists(q, p == q))'"),
  "when with 60 brackets": webhookWith(`when: '${"(".repeat(60)}true${")".repeat(60)}'`),
  "when with 1,025 characters": webhookWith(`when: 'true${" ".repeat(1_021)}'`),
  "when with a name of JavaScript": webhookWith("when: 'gitRepo.constructor == 1'"),
  "when that is true without quotes": webhookWith("when: true"),
  "a destination's name with a dot": specOf("destinations: [{ name: a.b, github: { commitStatus: {} } }]"),
  "a destination without a type": destination("order: latest"),
  "github without a type": destination("github: {}"),
  "two types in github": destination("github: { commitStatus: {}, pullRequestComment: {} }"),
  "github and a webhook": destination('github: { commitStatus: {} }, webhook: { url: "https://x.example" }'),
  "a commit status that is nothing": destination("github: { commitStatus: }"),
  "an option that a comment has not": destination('github: { pullRequestComment: { body: "x" } }'),
  "pullRequestHeads as a text": destination("github: { commitStatus: { pullRequestHeads: always } }"),
  "a status that leads to a path alone": destination('github: { commitStatus: { targetUrl: "/fleet" } }'),
  "a status that leads to a URL with a password": destination('github: { commitStatus: { targetUrl: "https://u:p@x.example" } }'),
  "a status that leads to a host from a template": destination(
    'github: { commitStatus: { targetUrl: "https://{{target.name}}.example" } }',
  ),
  "a status that leads to a field that is not there": destination(
    'github: { commitStatus: { targetUrl: "https://x.example/{{gitRepo.nam}}" } }',
  ),
  "an event of nobody": destination('on: [GitRepoDone], webhook: { url: "https://x.example" }'),
  "a misspelt event": destination('on: [gitRepoRady], webhook: { url: "https://x.example" }'),
  "an event twice": destination('on: [GitRepoReady, GitRepoReady], webhook: { url: "https://x.example" }'),
  "no events": destination('on: [], webhook: { url: "https://x.example" }'),
  "events as a text": destination('on: GitRepoReady, webhook: { url: "https://x.example" }'),
  "an event that GitHub cannot show": destination("on: [GitRepoReady, GitRepoDegraded], github: { commitStatus: {} }"),
  "an unknown order": destination('order: newest, webhook: { url: "https://x.example" }'),
  "a webhook without a url": destination("webhook: { format: event }"),
  "a url beside the webhook": destination('url: "https://x.example", webhook: {}'),
  "a url of another scheme": destination('webhook: { url: "ftp://x.example" }'),
  "a url with a space": destination('webhook: { url: "https://x.example/a b" }'),
  "a url with a line end": destination(String.raw`webhook: { url: "https://x.example/a\r\nX-Evil: 1" }`),
  "a url without a host": destination('webhook: { url: "https:///path" }'),
  "a url with a password": destination('webhook: { url: "https://user:hunter2@x.example" }'),
  "an empty url": destination('webhook: { url: "" }'),
  "a url of 3,000 letters": destination(`webhook: { url: "https://x.example/${"a".repeat(3_000)}" }`),
  "another method": webhook("method: FETCH"),
  "an unknown format": webhook("format: slack"),
  "format template without a body": webhook("format: template"),
  "a body without format template": webhook('body: "{}"'),
  "a body with format event": webhook('format: event, body: "{}"'),
  "another content type": webhook('format: template, body: "<a/>", contentType: text/xml'),
  "a template that does not end": webhook("format: template, body: '{\"text\": {{json summary}'"),
  "a template with a misspelt field": webhook(
    String.raw`format: template, contentType: text/plain, body: "Hello\n\n{{gitRepo.nam}}"`,
  ),
  "a template that makes no JSON": webhook("format: template, body: '{\"text\": {{summary}}}'"),
  "a template with a helper of nobody": webhook("format: template, contentType: text/plain, body: '{{upper summary}}'"),
  "a header with a line end": webhook(String.raw`headers: { X-Env: "prod\r\nX-Evil: hunter2" }`),
  "a header's name with a space": webhook('headers: { "X Env": prod }'),
  "a header that is a number": webhook("headers: { X-Retries: 3 }"),
  "a header that Signalman sets": webhook("headers: { Webhook-Id: mine }"),
  "a header of the connection": webhook("headers: { Host: internal }"),
  "a token as a header": webhook('headers: { Authorization: "Bearer hunter2" }'),
  "one header in two spellings": webhook("headers: { X-Env: a, x-env: b }"),
  "twenty-one headers": webhook(`headers: { ${Array.from({ length: 21 }, (_, index) => `X-${index}: a`).join(", ")} }`),
  "auth without a kind": webhook("auth: {}"),
  "two kinds of auth": webhook(
    "auth: { bearer: { secretRef: { name: a, key: b } }, basic: { usernameSecretRef: { name: a, key: b }, passwordSecretRef: { name: a, key: b } } }",
  ),
  "basic auth without a password": webhook("auth: { basic: { usernameSecretRef: { name: a, key: b } } }"),
  "a token in place of its Secret": webhook('auth: { bearer: "hunter2" }'),
  "a Secret of another namespace": webhook("auth: { bearer: { secretRef: { namespace: kube-system, name: a, key: b } } }"),
  "a Secret without a key": webhook("auth: { bearer: { secretRef: { name: a } } }"),
  "a timeout without a unit": webhook("timeout: 10"),
  "a timeout of an hour": webhook("timeout: 1h"),
  "names of JavaScript as events and headers": webhook("on: [toString], headers: { __proto__: x, constructor: y }"),
};

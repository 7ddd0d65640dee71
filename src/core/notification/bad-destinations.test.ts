import { expect, test } from "vitest";
import { badDestinations } from "../../../test/notifications/bad-notifications.ts";
import { toldOf } from "../../../test/notifications/told-of.ts";

test("every bad destination is told where it is wrong, what was found, what is allowed and what to do", () => {
  const told = Object.entries(badDestinations).map(([title, yaml]) => `# ${title}\n${toldOf(yaml)}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# when is empty
    MissingField spec.destinations[0].when: An empty text is not an expression. Write what must be true of the event.

    # when is no CEL
    ConditionSyntax spec.destinations[0].when: Line 1, column 24: This is not CEL: found > but expecting end of input. Write a comparison, like rollout.clusters.total > 1.

    # when with a misspelt field
    ConditionUnknownField spec.destinations[0].when: Line 1, column 8: There is no field "rollout.cluster". Did you mean "rollout.clusters"?

    # when with a field of nobody
    ConditionUnknownField spec.destinations[0].when: Line 1, column 1: There is no field "branch". Did you mean "gitRepo.branch"?

    # when with a function of nobody
    ConditionUnknownField spec.destinations[0].when: Line 1, column 13: There is no function "like". Use one of CEL's: size, startsWith, matches, exists, …

    # when that compares a number with a text
    ConditionType spec.destinations[0].when: Line 1, column 24: This compares a number with a text. Compare like with like.

    # when that adds a number and a text
    ConditionType spec.destinations[0].when: Line 1, column 24: This adds a number and a text. Add like to like.

    # when that divides a text
    ConditionType spec.destinations[0].when: Line 1, column 14: / is for numbers; this is a text.

    # when that looks into a text
    ConditionType spec.destinations[0].when: Line 1, column 2: in looks into a list or an object; this is a text.

    # when with a text's function on a number
    ConditionType spec.destinations[0].when: Line 1, column 23: startsWith is for texts; this is a number.

    # when with the size of a number
    ConditionType spec.destinations[0].when: Line 1, column 1: size is for texts, lists and objects; this is a number.

    # when with a pattern that is none
    ConditionSyntax spec.destinations[0].when: Line 1, column 22: This is no pattern. Write one of RE2, like 'shop-.*'.

    # when that is a number
    ConditionType spec.destinations[0].when: Line 1, column 17: This is a number, neither true nor false. Compare it with something.

    # when with a macro inside of a macro
    ConditionTooDeep spec.destinations[0].when: Line 1, column 36: exists is inside of another macro. One after the other is allowed: a.filter(…).exists(…).

    # when with 60 brackets
    ConditionSyntax spec.destinations[0].when: Line 1, column 1: This is not CEL: more than 50 brackets inside one another. Write a comparison, like rollout.clusters.total > 1.

    # when with 1,025 characters
    TooLong spec.destinations[0].when: 1025 characters; at most 1024 are allowed. Shorten it.

    # when with a name of JavaScript
    ConditionUnknownField spec.destinations[0].when: Line 1, column 8: There is no field "gitRepo.constructor". Allowed are namespace, name, uid, repo, branch, revision.

    # when that is true without quotes
    WrongType spec.destinations[0].when: Found true; allowed is a text. Put it in quotes.

    # when that is a list
    ConditionType spec.destinations[0].when: Line 1, column 1: This is a list or an object, neither true nor false. Compare it with something.

    # when with one = too few
    ConditionSyntax spec.destinations[0].when: Line 1, column 14: This is not CEL: found = but expecting end of input. Write a comparison, like rollout.clusters.total > 1.

    # when with and
    ConditionSyntax spec.destinations[0].when: Line 1, column 21: This is not CEL: found a but expecting end of input. Write a comparison, like rollout.clusters.total > 1.

    # a destination's name with a dot
    InvalidName spec.destinations[0].name: "a.b" is not a name. Use small letters, digits and "-", with a letter or digit at both ends.

    # a destination without a type
    DestinationType spec.destinations[0]: A destination needs exactly one of github and webhook. Add one of them. No ClusterNotification "deployments" has a destination "chat" to inherit from.

    # github without a type
    DestinationType spec.destinations[0].github: github has none of commitStatus, checkRun, pullRequestComment, deployment and repositoryDispatch. Add one of them.

    # two types in github
    DestinationType spec.destinations[0].github: github has both commitStatus and pullRequestComment. Make one destination for each.

    # github and a webhook
    DestinationType spec.destinations[0]: github and webhook are both there. Make one destination for each.

    # a commit status that is nothing
    WrongType spec.destinations[0].github.commitStatus: Found nothing; allowed is an object. Write {} where nothing is to be set, or remove the field.

    # an option that a comment has not
    UnknownField spec.destinations[0].github.pullRequestComment.text: There is no field "text" here. Allowed is body.

    # a comment with a field of events
    TemplateUnknownField spec.destinations[0].github.pullRequestComment.body: Line 1, column 3: There is no field "commit". Allowed: pullRequest, rows.

    # a comment with a field that a row has not
    TemplateUnknownField spec.destinations[0].github.pullRequestComment.body: Line 1, column 17: There is no field "name". Allowed: gitRepo, target, state, label, commit, rolledBackTo, ready, total, offline, failed, failedNames, failureMessage, changed, updatedTime.

    # a comment that inserts Markdown
    TemplateUnsupported spec.destinations[0].github.pullRequestComment.body: Line 1, column 1: {{{x}}} is not allowed in Markdown that GitHub shows: write {{x}}.

    # a comment with another body for a target
    UnusedField spec.targets[0].destinations[0].github.pullRequestComment.body: All targets share the comment of destination "pr", so it has one body. Write it in spec.destinations.

    # pullRequestHeads as a text
    WrongType spec.destinations[0].github.commitStatus.pullRequestHeads: Found "always"; allowed is true or false.

    # a status that leads to a path alone
    InvalidUrl spec.destinations[0].github.commitStatus.targetUrl: "/fleet" is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a status that leads to a URL with a password
    UrlCredentials spec.destinations[0].github.commitStatus.targetUrl: A URL may not have a user name or password in it. Remove them: everybody who may see the commit can read it.

    # a status that leads to a host from a template
    InvalidUrl spec.destinations[0].github.commitStatus.targetUrl: "https://{{target.name}}.example" is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a status that leads to a field that is not there
    TemplateUnknownField spec.destinations[0].github.commitStatus.targetUrl: Line 1, column 21: There is no field "gitRepo.nam". Did you mean "gitRepo.name"?

    # a status named by the commit
    TemplateUnknownField spec.destinations[0].github.commitStatus.context: Line 1, column 16: "commit" is not the same for all messages of a stream, so nothing can be named by it. Allowed: gitRepo.namespace, gitRepo.name, target.name.

    # a status named by the repository
    TemplateUnknownField spec.destinations[0].github.commitStatus.context: Line 1, column 3: "gitRepo.repo" is not the same for all messages of a stream, so nothing can be named by it. Allowed: gitRepo.namespace, gitRepo.name, target.name.

    # a status named by a field that is not there
    TemplateUnknownField spec.destinations[0].github.commitStatus.context: Line 1, column 3: There is no field "gitRepo.nam". Did you mean "gitRepo.name"?

    # a group of nobody
    UnknownValue spec.destinations[0].github.commitStatus.group: Found "branch"; allowed are "gitRepo" or "repository".

    # a group's status that is named by each GitRepo
    UnusedField spec.destinations[0].github.commitStatus.context: group: repository is one status for all GitRepos, so its context cannot have gitRepo.name in it. Remove it from there.

    # a status with an empty name
    MissingField spec.destinations[0].github.commitStatus.context: An empty text is not the name of a status, or a template of it. Write one without a backslash.

    # a status with a backslash in its name
    MissingField spec.destinations[0].github.commitStatus.context: "a\\\\{{x}}" is not the name of a status, or a template of it. Write one without a backslash.

    # a status with a name of 300 letters
    TooLong spec.destinations[0].github.commitStatus.context: 300 characters; at most 255 are allowed. Shorten it.

    # a description with a field that is not there
    TemplateUnknownField spec.destinations[0].github.commitStatus.description: Line 1, column 3: There is no field "status.text". Allowed: status.state, status.description.

    # an event of nobody
    UnknownValue spec.destinations[0].on[0]: Found "GitRepoDone"; allowed are "GitRepoAdded", "GitRepoRemoved", "GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded", "BundleDeployed", "BundleFailed", "BundleDrifted", "ClusterOffline" or "ClusterOnline".

    # a misspelt event
    UnknownValue spec.destinations[0].on[0]: Found "gitRepoRady"; allowed are "GitRepoAdded", "GitRepoRemoved", "GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded", "BundleDeployed", "BundleFailed", "BundleDrifted", "ClusterOffline" or "ClusterOnline". Did you mean "GitRepoReady"?

    # an event twice
    DuplicateValue spec.destinations[0].on[1]: "GitRepoReady" is there twice. Remove one of the two.

    # no events
    TooFew spec.destinations[0].on: The list is empty. Add an entry, or remove the field.

    # events as a text
    WrongType spec.destinations[0].on: Found "GitRepoReady"; allowed is a list. Begin each entry with "- ".

    # an event that GitHub cannot show
    EventNotTheirs spec.destinations[0].on[1]: A github destination cannot report GitRepoDegraded; allowed are "GitRepoDeploying", "GitRepoReady", "GitRepoFailed" or "GitRepoRolledBack". Remove it, or use a webhook.

    # an unknown order
    UnknownValue spec.destinations[0].order: Found "newest"; allowed are "latest" or "every".

    # a webhook without a url
    MissingField spec.destinations[0].webhook.url: A webhook needs a url. Add webhook.url, or webhook.urlSecretRef. No ClusterNotification "deployments" has a destination "chat" to inherit from.

    # a url beside the webhook
    UnknownField spec.destinations[0].url: There is no field "url" here. It belongs under "webhook".

    # a url of another scheme
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url with a space
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url with a line end
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url without a host
    InvalidUrl spec.destinations[0].webhook.url: This is not a URL with a host, and a port from 1 to 65535 or none. Write https://host/path.

    # a url with a password
    UrlCredentials spec.destinations[0].webhook.url: A URL may not have a user name or password in it. Use auth.basic with a Secret.

    # an empty url
    InvalidUrl spec.destinations[0].webhook.url: An empty text is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a url of 3,000 letters
    TooLong spec.destinations[0].webhook.url: 3018 characters; at most 2048 are allowed. Shorten it.

    # another method
    UnknownValue spec.destinations[0].webhook.method: Found "FETCH"; allowed are "POST", "PUT", "PATCH", "DELETE", "GET", "HEAD" or "OPTIONS".

    # an unknown format
    UnknownValue spec.destinations[0].webhook.format: Found "slack"; allowed are "event", "cloudevents" or "template".

    # format template without a body
    MissingField spec.destinations[0].webhook.body: format template needs a body. Add webhook.body. No ClusterNotification "deployments" has a destination "chat" to inherit from.

    # a body without format template
    UnusedField spec.destinations[0].webhook.body: body is used with format template alone. Add format: template, or remove body.

    # a body with format event
    UnusedField spec.destinations[0].webhook.body: format event does not use body. Remove it, or set format: template.

    # another content type
    UnknownValue spec.destinations[0].webhook.contentType: Found "text/xml"; allowed are "application/json", "application/x-www-form-urlencoded" or "text/plain".

    # a template that does not end
    TemplateSyntax spec.destinations[0].webhook.body: Line 1, column 24: This character is not allowed here. Names with other characters are written [in brackets].

    # a template with a misspelt field
    TemplateUnknownField spec.destinations[0].webhook.body: Line 3, column 3: There is no field "gitRepo.nam". Did you mean "gitRepo.name"?

    # a template that makes no JSON
    TemplateJson spec.destinations[0].webhook.body: Line 1, column 10: Text in JSON needs quotes: write "{{x}}" or {{json x}}.

    # a template with a helper of nobody
    TemplateUnknownHelper spec.destinations[0].webhook.body: Line 1, column 1: There is no helper "upper". Allowed: json, md, short, date.

    # a header with a line end
    InvalidHeaderValue spec.destinations[0].webhook.headers.X-Env: This is not the value of a header. Use printable ASCII on one line, no space at the start or the end.

    # a header's name with a space
    InvalidHeaderName spec.destinations[0].webhook.headers["X Env"]: "X Env" is not the name of a header. Use letters, digits and -.

    # a header that is a number
    WrongType spec.destinations[0].webhook.headers.X-Retries: Found a number; allowed is a text. Put it in quotes.

    # a header that Signalman sets
    ReservedHeader spec.destinations[0].webhook.headers.Webhook-Id: The header "Webhook-Id" cannot be set here. Signalman sets it. Remove it.

    # a header of the connection
    ReservedHeader spec.destinations[0].webhook.headers.Host: The header "Host" cannot be set here. It belongs to the connection. Remove it.

    # a token as a header
    ReservedHeader spec.destinations[0].webhook.headers.Authorization: The header "Authorization" cannot be set here. Use auth: a secret has no place in a Notification.

    # one header in two spellings
    DuplicateHeader spec.destinations[0].webhook.headers.x-env: "x-env" is there twice. Remove one of the two.

    # twenty-one headers
    TooMany spec.destinations[0].webhook.headers: 21 entries; at most 20 are allowed. Remove some.

    # auth without a kind
    InvalidAuth spec.destinations[0].webhook.auth: auth has none of bearer, basic and header. Add one of them.

    # two kinds of auth
    InvalidAuth spec.destinations[0].webhook.auth: auth has both bearer and basic. Keep one of them.

    # basic auth without a password
    MissingField spec.destinations[0].webhook.auth.basic.passwordSecretRef: "passwordSecretRef" is required. Add it: an object.

    # a token in place of its Secret
    WrongType spec.destinations[0].webhook.auth.bearer: Found a text; allowed is an object.

    # a Secret of another namespace
    UnknownField spec.destinations[0].webhook.auth.bearer.secretRef.namespace: There is no field "namespace" here. Only a ClusterNotification has it; a Notification reads the Secrets of its own namespace. Remove it.

    # a Secret without a key
    MissingField spec.destinations[0].webhook.auth.bearer.secretRef.key: "key" is required. Add it: a text.

    # a timeout without a unit
    WrongType spec.destinations[0].webhook.timeout: Found the number 10; allowed is a text. Add a unit, for instance "10s".

    # a timeout of an hour
    DurationOutOfRange spec.destinations[0].webhook.timeout: "1h" is out of range; allowed are 1s to 30s.

    # names of JavaScript as events and headers
    UnknownField spec.destinations[0].webhook.on: There is no field "on" here. It belongs beside "webhook"."
  `);
});

test("no error repeats what may be a secret", () => {
  const told = Object.values(badDestinations).map(toldOf).join("\n");
  expect(told).not.toContain("hunter2");
});

test("every error is one printable line", () => {
  const told = Object.values(badDestinations).flatMap((yaml) => toldOf(yaml).split("\n"));
  for (const line of told) expect(line).toMatch(/^[A-Z][A-Za-z]+ [\P{C}]+$/u);
});

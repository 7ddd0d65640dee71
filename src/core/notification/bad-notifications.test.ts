import { expect, test } from "vitest";
import { badNotifications } from "../../../test/notifications/bad-notifications.ts";
import { toldOf } from "../../../test/notifications/told-of.ts";

test("every bad Notification is told where it is wrong, what was found, what is allowed and what to do", () => {
  const told = Object.entries(badNotifications).map(([title, yaml]) => `# ${title}\n${toldOf(yaml)}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# a list instead of an object
    NotAnObject Found a list; allowed is an object of kind Notification or ClusterNotification.

    # nothing
    NotAnObject Found nothing; allowed is an object of kind Notification or ClusterNotification.

    # another version
    UnknownValue apiVersion: Found "signalman.dev/v1"; allowed is "signalman.dev/v1alpha1".

    # another group
    UnknownValue apiVersion: Found "signalman.io/v1alpha1"; allowed is "signalman.dev/v1alpha1". Did you mean "signalman.dev/v1alpha1"?

    # a kind in small letters
    UnknownValue kind: Found "Clusternotification"; allowed are "Notification" or "ClusterNotification". Did you mean "ClusterNotification"?

    # a kind of nobody
    UnknownValue kind: Found "Alert"; allowed are "Notification" or "ClusterNotification".

    # a namespace with a dot
    InvalidName metadata.namespace: "a.b" is not the name of a namespace. Use small letters, digits and "-", with a letter or digit at both ends.

    # no spec
    MissingField spec: "spec" is required. Add it: an object.

    # no name
    MissingField metadata.name: "name" is required. Add it: a text.

    # a name in capitals
    InvalidName metadata.name: "Deployments" is not a name of Kubernetes. Use small letters, digits, "-" and ".".

    # a ClusterNotification in a namespace
    UnusedField metadata.namespace: A ClusterNotification has no namespace. Remove it.

    # an empty spec
    MissingField spec.destinations: "destinations" is required. Add it: a list.

    # no destinations
    TooFew spec.destinations: The list is empty. Add an entry.

    # a misspelt field
    UnknownField spec.destination: There is no field "destination" here. Did you mean "destinations"?

    # a field of nobody
    UnknownField spec.slack: There is no field "slack" here. Allowed are suspend, timing, modified, gitRepos, destinations, targets.

    # spec is a text
    WrongType spec: Found "yes please"; allowed is an object.

    # suspend in quotes
    WrongType spec.suspend: Found "true"; allowed is true or false. Remove the quotes.

    # an unknown meaning of modified
    UnknownValue spec.modified: Found "fail"; allowed are "failure" or "ignore".

    # destinations as an object
    WrongType spec.destinations: Found an object; allowed is a list. Begin each entry with "- ".

    # twenty-one destinations
    TooMany spec.destinations: 21 entries; at most 20 are allowed. Remove some.

    # two destinations of one name
    DuplicateName spec.destinations[1].name: Destination 0 is named "a" too. Give each destination a name of its own.

    # a destination without a name
    MissingField spec.destinations[0].name: "name" is required. Add it: a text.

    # a duration in days
    InvalidDuration spec.timing.notReadyDeadline: "2d" is not a duration. Write whole numbers with units h, m, s or ms, the largest first: "15s", "1h30m".

    # a duration with a fraction
    InvalidDuration spec.timing.notReadyDeadline: "1.5h" is not a duration. Write whole numbers with units h, m, s or ms, the largest first: "15s", "1h30m".

    # an empty duration
    InvalidDuration spec.timing.settle: An empty text is not a duration. Write whole numbers with units h, m, s or ms, the largest first: "15s", "1h30m".

    # a settle time of an hour
    DurationOutOfRange spec.timing.settle: "1h" is out of range; allowed are 0s to 10m.

    # a misspelt duration
    UnknownField spec.timing.errorGrase: There is no field "errorGrase" here. Did you mean "errorGrace"?

    # a pattern with a slash
    InvalidPattern spec.gitRepos.names[0]: "fleet-default/*" is not a pattern for names of GitRepos. Use small letters, digits, "-" and "."; "*" stands for any letters, "?" for one.

    # no names
    TooFew spec.gitRepos.names: The list is empty. Add an entry, or remove the field.

    # one name as a text
    WrongType spec.gitRepos.names: Found "shop"; allowed is a list. Begin each entry with "- ".

    # namespaces in a Notification
    UnknownField spec.gitRepos.namespaces: There is no field "namespaces" here. Only a ClusterNotification has it; a Notification is about the GitRepos of its own namespace. Remove it.

    # a label's value with a space
    InvalidName spec.gitRepos.selector.matchLabels.team: "shop a" is not the value of a label: letters, digits, "-", "_" and ".".

    # a label's key with a space
    InvalidName spec.gitRepos.selector.matchLabels["te am"]: "te am" is not the key of a label: letters, digits, "-", "_" and ".", at most 63, after an optional "prefix/".

    # In without values
    InvalidSelector spec.gitRepos.selector.matchExpressions[0].values: In needs at least one value. Add values, or use Exists or DoesNotExist.

    # Exists with values
    InvalidSelector spec.gitRepos.selector.matchExpressions[0].values: Exists takes no values. Remove values, or use In or NotIn.

    # an unknown operator
    UnknownValue spec.gitRepos.selector.matchExpressions[0].operator: Found "in"; allowed are "In", "NotIn", "Exists" or "DoesNotExist". Did you mean "In"?

    # on with and without quotes
    UnknownField spec.destinations[0].true: There is no field "true" here. Allowed are name, on, when, order, suspend, github, webhook.

    # on with one event, not in a list
    WrongType spec.destinations[0].on: Found "GitRepoReady"; allowed is a list. Begin each entry with "- ".

    # on with nothing
    WrongType spec.destinations[0].on: Found nothing; allowed is a list. Write one, or remove the field.

    # a label's key with half a prefix
    InvalidName spec.gitRepos.selector.matchLabels["-/team"]: "-/team" is not the key of a label: letters, digits, "-", "_" and ".", at most 63, after an optional "prefix/".

    # a pattern as a regular expression
    InvalidPattern spec.gitRepos.names[0]: "^shop-[a-z]+$" is not a pattern for names of GitRepos. Use small letters, digits, "-" and "."; "*" stands for any letters, "?" for one.

    # a cluster's name as a pattern
    InvalidName spec.targets[0].match.clusterName: "prod-*" is not the name of a Cluster. Use letters, digits, "-", "_" and ".".

    # no targets
    TooFew spec.targets: The list is empty. Add an entry, or remove the field.

    # a target without a name
    MissingField spec.targets[0].name: "name" is required. Add it: a text.

    # a target without a match
    MissingField spec.targets[0].match: A target needs a match. Add clusterName, clusterGroup or clusterSelector. No ClusterNotification "deployments" has a target "prod" to inherit it from.

    # a target whose match says nothing
    MissingField spec.targets[0].match: match says nothing. Add clusterName, clusterGroup or clusterSelector.

    # a target by the labels of a group
    UnknownField spec.targets[0].match.clusterGroupSelector: There is no field "clusterGroupSelector" here. Allowed are clusterName, clusterGroup, clusterSelector.
    MissingField spec.targets[0].match: match says nothing. Add clusterName, clusterGroup or clusterSelector.

    # a target's name in capitals
    InvalidName spec.targets[0].name: "Prod" is not a name. Use small letters, digits and "-", with a letter or digit at both ends.

    # two targets of one name
    DuplicateName spec.targets[1].name: Target 0 is named "prod" too. Give each target a name of its own.

    # a selector of a target without values
    InvalidSelector spec.targets[0].match.clusterSelector.matchExpressions[0].values: In needs at least one value. Add values, or use Exists or DoesNotExist.

    # a target's destination with an event that GitHub cannot show
    EventNotTheirs spec.targets[0].destinations[0].on[0]: A github destination cannot report GitRepoDegraded; allowed are "GitRepoDeploying", "GitRepoReady", "GitRepoFailed" or "GitRepoRolledBack". Remove it, or use a webhook.

    # a target's destination with a url that is none
    InvalidUrl spec.targets[0].destinations[0].webhook.url: This is not a URL. Begin with http:// or https:// and a host, encode what a URL cannot hold, like %20 for a space, and put {{…}} behind the host alone.

    # a target's destination that is nowhere else and has no type
    DestinationType spec.targets[0].destinations[0]: A destination needs exactly one of github and webhook. Add one of them. No ClusterNotification "deployments" has a destination "chat" to inherit from.

    # a target of a ClusterNotification without a match
    MissingField spec.targets[0].match: "match" is required. Add it: an object.

    # names of JavaScript as fields
    UnknownField spec.__proto__: There is no field "__proto__" here. Allowed are suspend, timing, modified, gitRepos, destinations, targets.
    UnknownField spec.constructor: There is no field "constructor" here. Allowed are suspend, timing, modified, gitRepos, destinations, targets.

    # an invisible letter
    UnknownValue spec.destinations[0].on[0]: Found "GitRepoReady\\u{202e}\\u0007"; allowed are "GitRepoAdded", "GitRepoRemoved", "GitRepoDeploying", "GitRepoReady", "GitRepoFailed", "GitRepoRolledBack", "GitRepoDegraded", "BundleDeployed", "BundleFailed", "BundleDrifted", "ClusterOffline" or "ClusterOnline". Did you mean "GitRepoReady"?

    # a text of 1 MB
    UnknownValue spec.modified: Found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"; allowed are "failure" or "ignore".

    # a ClusterNotification's webhook without a url
    MissingField spec.destinations[0].webhook.url: A webhook needs a url. Add webhook.url, or webhook.urlSecretRef.

    # a ClusterNotification's destination without a type
    DestinationType spec.destinations[0]: A destination needs exactly one of github and webhook. Add one of them.

    # a ClusterNotification's Secret without a namespace
    MissingField spec.destinations[0].webhook.auth.bearer.secretRef.namespace: "namespace" is required. Add it: a text."
  `);
});

test("no error repeats what may be a secret", () => {
  const told = Object.values(badNotifications).map(toldOf).join("\n");
  expect(told).not.toContain("hunter2");
});

test("every error is one printable line", () => {
  const told = Object.values(badNotifications).flatMap((yaml) => toldOf(yaml).split("\n"));
  for (const line of told) expect(line).toMatch(/^[A-Z][A-Za-z]+ [\P{C}]+$/u);
});

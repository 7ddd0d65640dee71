import { expect, test } from "vitest";
import { badAccounts } from "../../../test/notifications/bad-accounts.ts";
import { toldOf } from "../../../test/notifications/told-of.ts";

test("every bad account is told where it is wrong, what was found, what is allowed and what to do", () => {
  const told = Object.entries(badAccounts).map(([title, yaml]) => `# ${title}\n${toldOf(yaml)}`);
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# an account without credentials
    InvalidAuth spec.destinations[0].github.auth: auth has neither tokenSecretRef nor appSecretRef. Add one of them.

    # an account with a token and an App
    InvalidAuth spec.destinations[0].github.auth: auth has both tokenSecretRef and appSecretRef. Keep one of them.

    # a token in place of the Secret that holds it
    WrongType spec.destinations[0].github.auth.tokenSecretRef: Found a text; allowed is an object.

    # a token that is written out
    UnknownField spec.destinations[0].github.auth.token: There is no field "token" here. Allowed are tokenSecretRef, appSecretRef.
    InvalidAuth spec.destinations[0].github.auth: auth has neither tokenSecretRef nor appSecretRef. Add one of them.

    # an account's Secret without a key
    MissingField spec.destinations[0].github.auth.tokenSecretRef.key: "key" is required. Add it: a text.

    # an account's Secret of another namespace
    UnknownField spec.destinations[0].github.auth.tokenSecretRef.namespace: There is no field "namespace" here. Only a ClusterNotification has it; a Notification reads the Secrets of its own namespace. Remove it.

    # an App's Secret with a key
    UnknownField spec.destinations[0].github.auth.appSecretRef.key: There is no field "key" here. Allowed is name.

    # an App's Secret of a ClusterNotification without a namespace
    MissingField spec.destinations[0].github.auth.appSecretRef.namespace: "namespace" is required. Add it: a text.

    # auth beside github
    UnknownField spec.destinations[0].auth: There is no field "auth" here. It belongs under "github".

    # auth in a type
    UnknownField spec.destinations[0].github.commitStatus.auth: There is no field "auth" here. It belongs beside "commitStatus".

    # an account and no type
    DestinationType spec.destinations[0].github: github has none of commitStatus, checkRun, pullRequestComment, deployment and repositoryDispatch. Add one of them.

    # an apiUrl without auth
    MissingField spec.destinations[0].github.auth: github.apiUrl needs github.auth: Signalman's own App or token is not used there. Add github.auth, or remove apiUrl.

    # an apiUrl of a ClusterNotification without auth
    MissingField spec.destinations[0].github.auth: github.apiUrl needs github.auth: Signalman's own App or token is not used there. Add github.auth, or remove apiUrl.

    # an apiUrl with a password
    UrlCredentials spec.destinations[0].github.apiUrl: A URL may not have a user name or password in it. Name them in github.auth, in a Secret.

    # an apiUrl that is a template
    InvalidUrl spec.destinations[0].github.apiUrl: This is not the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com.

    # an apiUrl that asks something
    InvalidUrl spec.destinations[0].github.apiUrl: This is not the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com.

    # an apiUrl without a scheme
    InvalidUrl spec.destinations[0].github.apiUrl: This is not the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com.

    # an apiUrl of another scheme
    InvalidUrl spec.destinations[0].github.apiUrl: This is not the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com.

    # an apiUrl without a host
    InvalidUrl spec.destinations[0].github.apiUrl: This is not the base of GitHub's API. Write https://github.example.com/api/v3 for a GHES, https://api.github.com for github.com.

    # a misspelt apiUrl
    UnknownField spec.destinations[0].github.apiURL: There is no field "apiURL" here. Did you mean "apiUrl"?

    # a comment with another account for a target
    UnusedField spec.targets[0].destinations[0].github.auth: All targets share the comment of destination "pr", so it has one auth. Write it in spec.destinations.

    # a comment with another GitHub for a target
    UnusedField spec.targets[0].destinations[0].github.apiUrl: All targets share the comment of destination "pr", so it has one apiUrl. Write it in spec.destinations."
  `);
});

test("no error repeats what may be a secret, and every error is one printable line", () => {
  const told = Object.values(badAccounts).flatMap((yaml) => toldOf(yaml).split("\n"));
  for (const line of told) expect(line).toMatch(/^[A-Z][A-Za-z]+ [\P{C}]+$/u);
  expect(told.join("\n")).not.toContain("hunter2");
});

/** Bad accounts on GitHub, each with one thing wrong, as YAML: as bad-notifications.ts. */

const head =
  "apiVersion: signalman.dev/v1alpha1\nkind: Notification\nmetadata: { name: deployments, namespace: fleet-default }\n";
const cluster = "apiVersion: signalman.dev/v1alpha1\nkind: ClusterNotification\nmetadata: { name: deployments }\n";
const github = (fields: string, start = head) =>
  `${start}spec: { destinations: [{ name: status, github: { commitStatus: {}, ${fields} } }] }`;
const token = "auth: { tokenSecretRef: { name: ghes, key: token } }";
const at = (url: string) => github(`${token}, apiUrl: "${url}"`);
const commentOf = (fields: string) =>
  `${head}spec: { destinations: [{ name: pr, github: { pullRequestComment: {}, ${token} } }], targets: [{ name: prod, match: { clusterGroup: prod }, destinations: [{ name: pr, github: { pullRequestComment: {}, ${fields} } }] }] }`;

export const badAccounts: Readonly<Record<string, string>> = {
  "an account without credentials": github("auth: {}"),
  "an account with a token and an App": github("auth: { tokenSecretRef: { name: a, key: b }, appSecretRef: { name: a } }"),
  "a token in place of the Secret that holds it": github('auth: { tokenSecretRef: "hunter2" }'),
  "a token that is written out": github('auth: { token: "hunter2" }'),
  "an account's Secret without a key": github("auth: { tokenSecretRef: { name: ghes } }"),
  "an account's Secret of another namespace": github("auth: { tokenSecretRef: { namespace: platform, name: ghes, key: token } }"),
  "an App's Secret with a key": github("auth: { appSecretRef: { name: app, key: privateKey } }"),
  "an App's Secret of a ClusterNotification without a namespace": github("auth: { appSecretRef: { name: app } }", cluster),
  "auth beside github": `${head}spec: { destinations: [{ name: status, ${token}, github: { commitStatus: {} } }] }`,
  "auth in a type": `${head}spec: { destinations: [{ name: status, github: { commitStatus: { ${token} } } }] }`,
  "an account and no type": `${head}spec: { destinations: [{ name: status, github: { ${token} } }] }`,
  "an apiUrl without auth": github('apiUrl: "https://ghes.example.com/api/v3"'),
  "an apiUrl of a ClusterNotification without auth": github('apiUrl: "https://ghes.example.com/api/v3"', cluster),
  "an apiUrl with a password": at("https://ada:hunter2@ghes.example.com/api/v3"),
  "an apiUrl that is a template": at("https://ghes.example.com/{{gitRepo.name}}"),
  "an apiUrl that asks something": at("https://ghes.example.com/api/v3?a=b"),
  "an apiUrl without a scheme": at("ghes.example.com/api/v3"),
  "an apiUrl of another scheme": at("ssh://ghes.example.com"),
  "an apiUrl without a host": at("https:///api/v3"),
  "a misspelt apiUrl": github(`${token}, apiURL: "https://ghes.example.com/api/v3"`),
  "a comment with another account for a target": commentOf("auth: { tokenSecretRef: { name: other, key: token } }"),
  "a comment with another GitHub for a target": commentOf(`${token}, apiUrl: "https://ghes.example.com/api/v3"`),
};

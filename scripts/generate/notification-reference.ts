import { customResources } from "./resources.ts";
import type { StructuralSchema } from "./structural-schema.ts";
import { tableRow } from "./table-row.ts";
import { unquotedOn } from "../../src/core/notification/unquoted-on.ts";

/** docs/reference/notification.md */
export function notificationReference(): string {
  const [notification, clusterNotification] = customResources;
  if (notification === undefined || clusterNotification === undefined) throw new Error("the resources are not there");
  const own = rowsOf(notification.spec, "spec");
  const known = new Set(own);
  const clusterOnly = rowsOf(clusterNotification.spec, "spec").filter((it) => !known.has(it));
  return `${introduction}
## Notification

${notification.description}

${[...heading, ...own].join("\n")}

## ClusterNotification

${clusterNotification.description} It has the same fields, and these:

${[...heading, ...clusterOnly].join("\n")}

## status

${[...heading, ...rowsOf(notification.status ?? {}, "status")].join("\n")}
`;
}

const introduction = `<!-- Made by \`npm run generate\` from the schema in src/core/notification. Do not edit. -->
# Notification and ClusterNotification

Group \`signalman.dev\`, version \`v1alpha1\`. A ClusterNotification is the default for the GitRepos of all namespaces; a Notification is for
those of its own. A Notification overrides the ClusterNotification of the same name, for the GitRepos that it selects, destination by
destination (by \`name\`) and field by field; a list or a map is one field. Who changes the \`url\` or
\`urlSecretRef\` of a webhook inherits neither \`auth\`, \`headers\`, \`signing\` nor \`tls\`, and another type of destination inherits nothing.

\`signalman check FILE\` says everything that is wrong with one before it is applied; [troubleshooting](../troubleshooting.md) explains each code.

\`\`\`yaml
apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  gitRepos: { names: ["shop-*"] }
  destinations:
    - name: status
      github: { commitStatus: {} }
    - name: chat
      on: [GitRepoReady, GitRepoFailed]
      webhook:
        url: https://hooks.example.com/deploys
        format: template
        body: '{"text": {{json summary}}}'
        auth: { bearer: { secretRef: { name: hook, key: token } } }
\`\`\`
`;

const heading = ["| field | type | |", "|---|---|---|"];

/** One row a field, parents before their children; the fields that are needed are bold. */
function rowsOf(schema: StructuralSchema, path: string): readonly string[] {
  const required = (schema["required"] ?? []) as readonly string[];
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (name === unquotedOn) return [];
    const fieldPath = `${path}.${name}`;
    const mark = required.includes(name) ? "**" : "";
    if (isDescribedAbove(fieldPath))
      return [tableRow([`\`${fieldPath}\``, typeOf(field), `${field.description ?? ""} ${sameFields}`])];
    const row = tableRow([`${mark}\`${fieldPath}\`${mark}`, typeOf(field), field.description ?? ""]);
    return [row, ...rowsOf(field, fieldPath), ...(field.items === undefined ? [] : rowsOf(field.items, `${fieldPath}[]`))];
  });
}

const sameFields = "The same fields as in `spec`.";

/** What a target may say in its own way has the fields of the whole: they are listed once. */
function isDescribedAbove(path: string): boolean {
  return path === "spec.targets[].destinations" || path === "spec.targets[].timing";
}

function typeOf(schema: StructuralSchema): string {
  const values = schema["enum"] as readonly string[] | undefined;
  if (values !== undefined) return values.map((it) => `\`${it}\``).join(", ");
  switch (schema.type) {
    case "array":
      return `list of ${listed(schema.items ?? {})}${bounds(schema, "Items")}`;
    case "object":
      return schema.additionalProperties === undefined ? "object" : "map of texts";
    case "string":
      return isDuration(schema) ? "duration" : "text";
    case "boolean":
      return "`true`, `false`";
    default:
      return schema.type ?? "";
  }
}

function listed(item: StructuralSchema): string {
  const type = typeOf(item);
  if (item["enum"] !== undefined) return type;
  return type === "text" ? "texts" : "objects";
}

function bounds(schema: StructuralSchema, what: "Items"): string {
  const max = schema[`max${what}`];
  return max === undefined ? "" : `, at most ${JSON.stringify(max)}`;
}

function isDuration(schema: StructuralSchema): boolean {
  return JSON.stringify(schema["x-kubernetes-validations"] ?? "").includes("duration(self)");
}

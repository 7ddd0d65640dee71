import { z } from "zod";
import { limits } from "../limits.ts";
import { checkCondition } from "./check-condition.ts";
import { foreignEvents, gitHubEvents, webhookEvents } from "./destination-events.ts";
import { gitHubSchema } from "./github-schema.ts";
import { incompletenessOf } from "./incomplete.ts";
import { type CelRule, checked, type Complaint, dnsLabelPattern, setOf, text } from "./schema-parts.ts";
import { clusterSecretSchema, type SecretSchema, secretSchema } from "./secret-schema.ts";
import { webhookSchema } from "./webhook-schema.ts";
import type { WrittenDestination } from "./written-destination.ts";

const common = {
  name: text({
    max: limits.destinationNameMax,
    pattern: dnsLabelPattern,
    code: "InvalidName",
    allowed: 'a name. Use small letters, digits and "-", with a letter or digit at both ends',
  }).describe("Names the destination; unique in the Notification. Its streams go on under this name."),
  on: setOf(z.enum(webhookEvents), { max: webhookEvents.length })
    .optional()
    .describe(
      "Which events are sent. Default for GitHub: GitRepoDeploying (but for repositoryDispatch), GitRepoReady, GitRepoFailed, GitRepoRolledBack. " +
        "Default for a webhook: GitRepoReady, GitRepoFailed, GitRepoRolledBack, GitRepoDegraded.",
    ),
  when: text({
    max: limits.conditionMax,
    code: "MissingField",
    allowed: "an expression. Write what must be true of the event",
    complain: (value) => complainOfCondition(value),
  })
    .optional()
    .describe(
      "An expression in CEL over the event's data; the event is sent where it is true. Where it is not, it is as if `on` did not have the event.",
    ),
  order: z
    .enum(["latest", "every"])
    .optional()
    .describe(
      "latest sends the newest state once the receiver is reachable; every sends each message, in order. Default latest.",
    ),
  suspend: z.boolean().optional().describe("true mutes this destination. Default false."),
};

/** What a destination may be. */
function types(secret: SecretSchema) {
  return { github: gitHubSchema(secret).optional(), webhook: webhookSchema(secret).optional() };
}

function complainOfCondition(source: string): Complaint | null {
  const [first] = checkCondition(source);
  if (first === undefined) return null;
  const { code, line, column, message } = first;
  return { code, message: `Line ${line}, column ${column}: ${message}`, at: { line, column } };
}

function complainOfTypes({ github, webhook }: WrittenDestination): Complaint[] {
  if (github === undefined || webhook === undefined) return [];
  return [{ code: "DestinationType", message: "github and webhook are both there. Make one destination for each." }];
}

/** `__true__` is CEL's name for the field `true`, the second name of `on` (unquoted-on.ts). */
const eventsCel: readonly CelRule[] = [
  ...["on", "__true__"].map((field) => ({
    rule: `!has(self.github) || !has(self.${field}) || self.${field}.all(it, it in [${gitHubEvents.map((it) => `'${it}'`).join(", ")}])`,
    message: `a github destination can report ${gitHubEvents.join(", ")} alone`,
    ...(field === "on" && { fieldPath: ".on" }),
  })),
  { rule: "!has(self.on) || !has(self.__true__)", message: "on is there twice, with and without quotes" },
];

/** A destination that may override another one: everything but its name may come from there. What nobody gives is found by `resolveRules`. */
const overridingSchema = (secret: SecretSchema) =>
  checked(z.strictObject({ ...common, ...types(secret) }), {
    complain: (destination) => [...complainOfTypes(destination), ...foreignEvents(destination)],
    cel: [
      {
        rule: "!has(self.github) || !has(self.webhook)",
        message: "github and webhook are both there; make one destination for each",
      },
      {
        rule: "has(self.github) || has(self.webhook) || has(self.on) || has(self.__true__) || has(self.when) || has(self.order) || has(self.suspend)",
        message: "a destination needs github or webhook, or something that it changes of the destination that it overrides",
      },
      ...eventsCel,
    ],
  });

/** A destination of a Notification, or of one of its targets. */
export const destinationSchema = overridingSchema(secretSchema);

/** A destination of a target of a ClusterNotification. */
export const clusterTargetDestinationSchema = overridingSchema(clusterSecretSchema);

/** A destination of a ClusterNotification: nothing is above it, so it is complete. */
export const clusterDestinationSchema = checked(z.strictObject({ ...common, ...types(clusterSecretSchema) }), {
  complain: (destination) => [...complainOfTypes(destination), ...incompletenessOf(destination)],
  cel: [
    { rule: "has(self.github) != has(self.webhook)", message: "exactly one of github and webhook is needed" },
    {
      rule: "!has(self.webhook) || has(self.webhook.url) || has(self.webhook.urlSecretRef)",
      message: "a webhook needs a url or urlSecretRef",
      fieldPath: ".webhook",
    },
    {
      rule: "!has(self.webhook) || !has(self.webhook.format) || self.webhook.format != 'template' || has(self.webhook.body)",
      message: "format template needs a body",
      fieldPath: ".webhook",
    },
    {
      rule: "!has(self.webhook) || has(self.webhook.format) || !has(self.webhook.body) && !has(self.webhook.contentType)",
      message: "body and contentType are used with format template alone",
      fieldPath: ".webhook",
    },
    {
      rule: "!has(self.github) || !has(self.github.apiUrl) || has(self.github.auth)",
      message: "apiUrl needs auth",
      fieldPath: ".github",
    },
    ...eventsCel,
  ],
});

import { eventBody } from "../../src/core/message/event-document.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { type EventType, eventTypes } from "../../src/core/notification/rule.ts";
import {
  commentDataSchema,
  eventDataSchema,
  statusContextSchema,
  templateContextSchema,
} from "../../src/core/template/event-data.ts";
import { fieldRows } from "./field-rows.ts";
import { shownJson } from "./shown-json.ts";
import { tableRow } from "./table-row.ts";

/** As it stands in a Notification's messages: Notification/NAMESPACE/NAME/DESTINATION:GITREPO:TARGET. */
const stream = "Notification/fleet-default/deployments/chat:fleet-default/shop:";

/** docs/reference/events.md */
export function eventReference(): string {
  const around = fieldRows(templateContextSchema, "").filter(([name = ""]) => isAround(name.replaceAll("`", "")));
  return [
    introduction,
    table(fieldRows(eventDataSchema, "")),
    aroundText,
    table(around),
    statusText,
    table(fieldRows(statusContextSchema, "").filter(([name = ""]) => name.startsWith("`status."))),
    commentText,
    table(fieldRows(commentDataSchema, "")),
    examplesText,
    ...eventTypes.map(example),
  ].join("\n\n");
}

const introduction = `<!-- Made by \`npm run generate\` from src/core/template/event-data.ts. Do not edit. -->
# Events

What an event says: \`data\` in the body of \`format: event\` and of \`format: cloudevents\`, and the names that templates read
(\`{{gitRepo.name}}\`, \`{{rollout.clusters.ready}}\`). Consumers should ignore fields that they do not know: more will come.`;

const aroundText = `## Beside it

Templates read these too; in \`format: event\` they stand around \`data\`.`;

const statusText = `## In the description of a commit status

\`commitStatus.description\` reads all of this, and:`;

const commentText = `## In a pull request's comment

\`pullRequestComment.body\` reads none of this: a comment shows what all GitRepos and targets told last.`;

const examplesText = `## Examples

One of each event, as \`format: event\` sends it.`;

function isAround(name: string): boolean {
  return !Object.hasOwn(eventDataSchema.shape, name.split(/[.[]/, 1)[0] ?? "");
}

function example(type: EventType): string {
  return `### ${type}\n\n\`\`\`json\n${shownJson(JSON.parse(eventBody(sampleMessage(type), stream)))}\n\`\`\``;
}

function table(rows: readonly (readonly string[])[]): string {
  return ["| field | | |", "|---|---|---|", ...rows.map(tableRow)].join("\n");
}

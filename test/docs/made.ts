import { cloudEvent } from "../../src/core/message/cloud-event.ts";
import { commentBody } from "../../src/core/message/comment.ts";
import { commentMarker } from "../../src/core/message/comment-marker.ts";
import type { CommentRow } from "../../src/core/message/comment-row.ts";
import { eventBody, templateContext } from "../../src/core/message/event-document.ts";
import type { Fate } from "../../src/core/message/message.ts";
import { type SampleChanges, sampleMessage } from "../../src/core/message/sample-message.ts";
import { type CommitState, fateDescription, statusDescription } from "../../src/core/message/status-description.ts";
import { rowOf } from "../../src/core/delivery/comment-rows.ts";
import { escapingOf } from "../../src/core/template/escaping.ts";
import { renderTemplate } from "../../src/core/template/evaluate.ts";
import { compileTemplate } from "../../src/core/template/parse-template.ts";
import { replay } from "../../src/commands/replay.ts";
import type { ReplayedRequest } from "../../src/commands/replay/replay-recording.ts";
import { metricDefinitions, type MetricDefinition } from "../../src/telemetry/metric-definitions.ts";
import { shownJson as pretty } from "../../scripts/generate/shown-json.ts";
import { runCommand } from "./run-command.ts";

/** As it stands in a Notification's messages: Notification/NAMESPACE/NAME/DESTINATION:GITREPO:TARGET. */
const stream = "Notification/fleet-default/deployments/chat:fleet-default/shop:";

/**
 * Parts of the documents that the program makes: what stands there between `<!-- made: NAME -->` and `<!-- /made -->` is exactly this.
 * `node test/docs/write-made.ts` writes them anew.
 */
export const made: Readonly<Record<string, () => string | Promise<string>>> = {
  statuses: () => fenced("text", statuses()),
  comment: () => fenced("markdown", comment()),
  chat: () => fenced("json", rendered('{"text": {{json summary}}}')),
  event: () => fenced("json", pretty(JSON.parse(eventBody(sampleMessage("GitRepoFailed"), stream)))),
  cloudEvent: () => fenced("json", cloudEventShown()),
  rollback: () => fenced("json", rollback()),
  replay: async () => fenced("json", await replayed()),
  metrics: () => table(["metric", "type", "labels", ""], metricRows()),
};

const marks = /<!-- made: (\w+) -->\n([\s\S]*?)\n?<!-- \/made -->/g;

export interface MadePart {
  readonly name: string;
  readonly text: string;
}

/** The parts of a document that say to be made. */
export function madeParts(document: string): readonly MadePart[] {
  return [...document.matchAll(marks)].map(([, name = "", text = ""]) => ({ name, text }));
}

/** The document with every made part as the program makes it now. Throws for a name that nobody makes. */
export async function remade(document: string): Promise<string> {
  const texts = new Map<string, string>();
  for (const { name } of madeParts(document)) {
    const make = made[name];
    if (make === undefined) throw new Error(`nothing makes "${name}"; allowed are ${Object.keys(made).join(", ")}`);
    texts.set(name, await make());
  }
  return document.replaceAll(marks, (_, name: string) => `<!-- made: ${name} -->\n${texts.get(name)}\n<!-- /made -->`);
}

function statuses(): string {
  const rollout = (changes: NonNullable<SampleChanges["rollout"]>) => ({ rollout: changes });
  const waiting = { code: "JobUnfinished", bundle: "", cluster: "", message: "", sinceMs: 0 } as const;
  const counts = { ready: 40, updating: 0, offline: 0, failed: 0, paused: 0, offlineNames: [] };
  const fate = (kind: Fate["fate"]) => fateDescription({ commit: "0".repeat(40), fate: kind }, sampleMessage("GitRepoReady"));
  const states: CommitState[] = [
    statusDescription(sampleMessage("GitRepoDeploying", rollout({ applied: false, waitingFor: [waiting] }))),
    statusDescription(sampleMessage("GitRepoDeploying")),
    statusDescription(sampleMessage("GitRepoDeploying", rollout({ holding: true, clusters: counts }))),
    fate("waiting"),
    statusDescription(sampleMessage("GitRepoReady")),
    fate("deployed"),
    statusDescription(sampleMessage("GitRepoReady", rollout({ changed: false }))),
    statusDescription(sampleMessage("GitRepoFailed")),
    statusDescription(sampleMessage("GitRepoRolledBack")),
    fate("rewritten"),
  ];
  return states.map(({ state, description }) => `${state.padEnd(8)} ${description}`).join("\n");
}

function comment(): string {
  const marker = commentMarker({
    instance: { name: "", cluster: "0b9c8f1e-8d0c-4d2a-9b1e-2f6f3c1a7d55", shard: "" },
    notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
    destination: "pr",
  });
  const { gitRepo } = sampleMessage("GitRepoReady");
  const failed = rowOf(sampleMessage("GitRepoFailed"));
  const pay = { ...gitRepo, name: "pay" };
  const deployed: CommentRow = rowOf(
    sampleMessage("GitRepoReady", { gitRepo: pay, rollout: { clusters: { total: 3, ready: 3 } } }),
  );
  return commentBody({ marker, rows: [failed, deployed] });
}

function rendered(template: string): string {
  const context = templateContext(sampleMessage("GitRepoReady"), stream);
  return renderTemplate(compileTemplate(template), { context, escaping: escapingOf("application/json") });
}

function cloudEventShown(): string {
  const event = JSON.parse(cloudEvent(sampleMessage("GitRepoReady"), stream)) as { data: unknown };
  return pretty({ ...event, data: { "…": "as above" } });
}

function rollback(): string {
  const { data } = JSON.parse(eventBody(sampleMessage("GitRepoRolledBack"), stream)) as { data: Record<string, unknown> };
  const told = ["type", "summary", "commit", "previousCommit", "relation", "rolledBackTo", "rolledBackFrom"];
  return pretty(Object.fromEntries(told.map((name) => [name, data[name]])));
}

/** The failure of a recording, as `replay` prints it, without the request's headers. */
async function replayed(): Promise<string> {
  const args = ["test/recordings/0.16.1-04-job-fails-then-fix.jsonl.gz", "--notification", "deploy/example-notification.yaml"];
  const { stdout } = await runCommand(replay, args);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ReplayedRequest);
  const failed = lines.find((it) => it.event === "GitRepoFailed" && it.destination === "status");
  if (failed === undefined) throw new Error("the recording has no failure any more");
  const { method, url, body } = failed.request;
  return pretty({ ...failed, request: { method, url, body } });
}

function metricRows(): string[][] {
  return Object.entries<MetricDefinition>(metricDefinitions).map(([name, { type, labels, help }]) => {
    return [`\`${name}\``, type, labels.map((it) => `\`${it}\``).join(", "), help];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (text === "" ? " " : ` ${text.replaceAll("|", "\\|")} `);
  const line = (cells: readonly string[]) => `|${cells.map(cell).join("|")}|`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** With a fence that is longer than any inside. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([it]) => it.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

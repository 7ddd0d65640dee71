import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { check } from "../../src/commands/check.ts";
import { templateContext } from "../../src/core/message/event-document.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { webhookEvents } from "../../src/core/notification/destination-events.ts";
import { parseNotification } from "../../src/core/notification/parse-notification.ts";
import { apiVersion } from "../../src/core/notification/schema.ts";
import type { WrittenDestination } from "../../src/core/notification/written-destination.ts";
import { escapingOf } from "../../src/core/template/escaping.ts";
import { renderTemplate } from "../../src/core/template/evaluate.ts";
import { compileTemplate } from "../../src/core/template/parse-template.ts";
import { readDocuments } from "./markdown.ts";
import { runCommand } from "./run-command.ts";

const blocks = readDocuments().flatMap((it) => it.blocks);
const inLanguage = (...languages: string[]) => blocks.filter(({ info }) => languages.includes(info.split(" ")[0] ?? ""));
const placed = <B extends { file: string; line: number }>(block: B) => ({ ...block, place: `${block.file}:${block.line}` });

const yaml = inLanguage("yaml").map(placed);
const notifications = yaml.filter(({ text }) => text.includes(apiVersion.split("/")[0] ?? ""));

test("there are examples of both kinds", () => {
  expect(notifications.length).toBeGreaterThan(6);
  expect(notifications.some(({ text }) => text.includes("kind: ClusterNotification"))).toBe(true);
});

test.each(notifications)("$place: what the example shows passes `check`", async ({ text }) => {
  const ran = await runCommand(check, ["-"], text);
  expect(ran).toMatchObject({ stdout: "", exitCode: 0 });
  expect(ran.stderr).not.toMatch(/^0 Notifications/);
});

test("an example that does not pass `check` would be found", async () => {
  const text = (notifications[0]?.text ?? "").replace("commitStatus", "comitStatus");
  expect((await runCommand(check, ["-"], text)).exitCode).toBe(1);
});

test.each(yaml)("$place: the YAML can be read", ({ text }) => {
  expect(parseAllDocuments(text).flatMap((it) => it.errors)).toEqual([]);
});

test.each(inLanguage("json").map(placed))("$place: the JSON can be read", ({ text }) => {
  JSON.parse(text);
});

test.each(inLanguage("jsonl").map(placed))("$place: each line is JSON", ({ text }) => {
  for (const line of text.split("\n")) JSON.parse(line);
});

test.each(notifications)("$place: every template renders for every event", ({ text }) => {
  for (const raw of parseAllDocuments(text).map((it) => it.toJS() as unknown)) {
    const parsed = parseNotification(raw);
    const destinations: readonly WrittenDestination[] = parsed.kind === "valid" ? parsed.notification.spec.destinations : [];
    for (const { webhook } of destinations) {
      if (webhook?.body === undefined) continue;
      const escaping = escapingOf(webhook.contentType ?? "application/json");
      for (const event of webhookEvents) {
        const context = templateContext(sampleMessage(event), "stream");
        expect(renderTemplate(compileTemplate(webhook.body), { context, escaping })).not.toBe("");
      }
    }
  }
});

test("webhooks.md: the receiver's code drops repetitions and what arrives late", async () => {
  const [block] = inLanguage("js");
  const code = `data:text/javascript,${encodeURIComponent(block?.text ?? "")}`;
  const { isNew } = (await import(/* @vite-ignore */ code)) as { isNew: (headers: Record<string, string>) => boolean };
  const arrives = (id: string, sequence: number, stream = "a") =>
    isNew({ "webhook-id": id, "signalman-stream": stream, "signalman-sequence": String(sequence) });
  expect([arrives("m1", 1), arrives("m1", 1), arrives("m3", 3), arrives("m2", 2), arrives("n1", 1, "b")]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("every block says what it is", () => {
  const known = new Set(["sh", "yaml", "json", "jsonl", "text", "markdown", "js", "ts"]);
  const others = blocks.filter(({ info, file }) => !known.has(info.split(" ")[0] ?? "") && file !== "docs/architecture.md");
  expect(others.map(({ file, line, info }) => `${file}:${line}: ${info}`)).toEqual([]);
});

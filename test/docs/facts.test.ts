import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { secretName } from "../../src/commands/setup/app-secret.ts";
import { limits } from "../../src/core/limits.ts";
import { timingDefaults, webhookTimeoutDefaultMs } from "../../src/core/notification/defaults.ts";
import { defaultEvents, gitHubEvents, webhookEvents } from "../../src/core/notification/destination-events.ts";
import { formatDuration } from "../../src/core/notification/duration.ts";
import type { EventType } from "../../src/core/notification/rule.ts";
import { helperNames } from "../../src/core/template/syntax.ts";
import { hooksPath } from "../../src/github/start-github.ts";
import { readSettings } from "../../src/settings.ts";
import { verbs } from "../../src/setting.ts";
import { settingsTable } from "../../src/settings-table.ts";
import { readDocuments, root } from "./markdown.ts";

const documents = new Map(readDocuments().map((it) => [it.file, it]));
const textOf = (file: string) =>
  documents
    .get(file)
    ?.prose.map((it) => it.text)
    .join("\n") ?? "";
/** The cells of the table rows whose first cell is one `code`. */
const rowsOf = (file: string) =>
  new Map([...textOf(file).matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name = "", rest = ""]) => [name, rest.split(" | ")]));

describe("configuration.md", () => {
  const rows = rowsOf("docs/configuration.md");

  test("which event is whose default", () => {
    expect([...rows.keys()].filter((it) => /^(?:GitRepo|Bundle|Cluster)[A-Z]/.test(it))).toEqual([...webhookEvents]);
    for (const event of webhookEvents) {
      const [, gitHub, webhook] = rows.get(event) ?? [];
      expect([event, gitHub]).toEqual([event, standing(event, { allowed: gitHubEvents, byDefault: gitHubEvents })]);
      expect([event, webhook]).toEqual([event, standing(event, { allowed: webhookEvents, byDefault: defaultEvents.webhook })]);
    }
  });

  test("the defaults of timing", () => {
    for (const [name, ms] of Object.entries(timingDefaults)) {
      expect([name, rows.get(name.replace(/Ms$/, ""))?.[0]]).toEqual([name, formatDuration(ms)]);
    }
  });

  test("the App's permissions are those of app.yml", () => {
    const app = parse(readFileSync(join(root, "app.yml"), "utf8")) as { default_permissions: Record<string, string> };
    const words: Record<string, string> = {
      statuses: "Commit statuses",
      checks: "Checks",
      deployments: "Deployments",
      pull_requests: "Pull requests",
      contents: "Contents",
      metadata: "Metadata",
    };
    const text = textOf("docs/configuration.md").replaceAll("\n", " ");
    const told = [...text.matchAll(/\*\*([A-Z][a-z ]+)\*\* \((read|read and write)\)/g)].map(([, name, right]) => [name, right]);
    const wanted = Object.entries(app.default_permissions).map(([name, right]) => [
      words[name],
      right === "write" ? "read and write" : "read",
    ]);
    expect(told).toEqual(wanted);
  });

  test("each way to speak to GitHub is one that `run` starts with", () => {
    const text = textOf("docs/configuration.md");
    const ways = [...text.matchAll(/^\| (?:a GitHub App|a token|not at all)[^|]*\| ([^|]*)\| ([^|]*)\|$/gm)];
    expect(ways).toHaveLength(4);
    for (const [, variables = "", flags = ""] of ways) {
      const named = [...variables.matchAll(/`([A-Z_]+)`/g)]
        .map(([, name = ""]) => name)
        .filter((it) => it !== "PRIVATE_KEY_PATH");
      const env = Object.fromEntries(named.map((it) => [it, it === "APP_ID" ? "1" : "x"]));
      const read = readSettings("run", { args: [...flags.matchAll(/--[a-z-]+/g)].map(([flag]) => flag), env });
      // Whether this process can make code from strings is another matter.
      const problems = read.kind === "refused" ? read.problems.filter((it) => it.code !== "UnsafeRuntime") : [];
      expect({ named, problems }).toEqual({ named, problems: [] });
    }
  });

  test("where GitHub's webhooks go", () => {
    expect(textOf("docs/configuration.md")).toContain(hooksPath);
  });

  function standing(
    event: EventType,
    { allowed, byDefault }: { allowed: readonly EventType[]; byDefault: readonly EventType[] },
  ): string {
    if (byDefault.includes(event)) return "default";
    return allowed.includes(event) ? "on request" : "never";
  }
});

describe("bounds are those of src/core/limits.ts", () => {
  const amount = (it: number) => it.toLocaleString("en-US");
  const seconds = (ms: number) => `${ms / 1_000} s`;

  test.each([
    ["docs/webhooks.md", `${amount(limits.templateSourceMax)} characters of source`],
    ["docs/webhooks.md", `${amount(limits.templateOutputMax)} of output`],
    ["docs/webhooks.md", `${amount(limits.templateStepsMax)} steps`],
    [
      "docs/webhooks.md",
      `${limits.webhookTimeoutMinMs / 1_000} to ${seconds(limits.webhookTimeoutMaxMs)}, ${seconds(webhookTimeoutDefaultMs)} by default`,
    ],
    ["docs/webhooks.md", `${seconds(limits.retryMinMs)} to ${limits.retryMaxMs / 60_000} min`],
    ["docs/webhooks.md", `repeated after ${seconds(limits.unknownOutcomeMs)} at the soonest`],
    ["docs/guarantees.md", `${limits.queuedMessagesMax} messages or ${limits.queuedBytesMax / 1_024} KiB`],
    ["docs/guarantees.md", `At most ${limits.replacedMax} commits`],
    ["docs/guarantees.md", `${limits.giveUpMs / 3_600_000} h`],
    ["docs/guarantees.md", `after ${limits.breakerFailures} failures in a row`],
    ["docs/guarantees.md", `${limits.endpointInFlightMax} requests at a time`],
    ["docs/guarantees.md", `${limits.gitHubInFlightMax} messages at a time`],
    ["docs/guarantees.md", `no sooner than ${seconds(limits.unknownOutcomeMs)}`],
    ["docs/guarantees.md", `after ${limits.commitUnknownForNowMs / 60_000} min`],
    ["docs/operations.md", `at most ${limits.deliveryBytesMax / 1_024} KiB`],
    ["docs/operations.md", `renewed for ${seconds(limits.leaseDurationMs)}`],
    ["docs/operations.md", `abandoned within ${seconds(limits.shutdownMs)}`],
    ["docs/configuration.md", `for ${limits.orphanKeptMs / 3_600_000} h`],
    ["docs/configuration.md", `at most every ${seconds(limits.pendingUpdateMs)}`],
    ["docs/configuration.md", `at least ${seconds(limits.errorGraceMinMs)}`],
  ])("%s: %s", (file, text) => {
    expect(textOf(file).replaceAll(/\s+/g, " ")).toContain(text);
  });
});

test("webhooks.md tells every helper", () => {
  const told = [...textOf("docs/webhooks.md").matchAll(/^\| `\{\{(\w+) \w+\}\}`/gm)].map(([, name]) => name);
  expect(new Set(told)).toEqual(new Set(helperNames));
});

test("README.md: what the demo tells is of its story", () => {
  const blocks = documents.get("README.md")?.blocks ?? [];
  const told = blocks.find(({ info, text }) => info === "text" && text.includes("  Fleet  "));
  const title = told?.text.split("\n")[0] ?? "?";
  expect(readFileSync(join(root, "simulator/story/demo-story.ts"), "utf8")).toContain(JSON.stringify(title));
});

test("the Secret that setup creates, and that configuration.md creates by hand, is the one that the Deployment reads", () => {
  const blocks = documents.get("docs/configuration.md")?.blocks ?? [];
  expect(blocks.flatMap(({ text }) => /create secret generic (\S+)/.exec(text)?.[1] ?? [])).toEqual([secretName]);
  expect(readFileSync(join(root, "deploy/signalman.yaml"), "utf8")).toContain(`name: ${secretName}`);
});

test("the README's table has every verb", () => {
  const told = [...textOf("README.md").matchAll(/^\| `([a-z]+)[^`]*` \|/gm)].map(([, verb]) => verb);
  expect(told).toEqual([...verbs]);
});

test("variables that documents name are the program's", () => {
  const known = new Set(Object.values(settingsTable).map((it) => it.variable));
  const named = [...documents.values()]
    .filter(({ file }) => !file.startsWith("docs/reference/"))
    .flatMap(({ file, codes }) => {
      const variables = codes.filter(({ text }) => /^[A-Z]{2,}(_[A-Z]+)+$/.test(text));
      return variables.map(({ line, text }) => ({ place: `${file}:${line}`, text }));
    });
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ text }) => !known.has(text as "HOST") && !text.startsWith("YOUR_") && text !== "FULL_SHA")).toEqual([]);
});

import { marked, type Tokens } from "marked";
import { expect, test } from "vitest";
import type { ShownRequest } from "../../src/commands/assumed-io.ts";
import { validOf, checkSource } from "../../src/commands/check/check-source.ts";
import { renderTrial } from "../../src/commands/render/render-trial.ts";
import { sampleTrials } from "../../src/commands/render/sample-trials.ts";
import type { Message } from "../../src/core/message/message.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";

/** Every format, with the message's texts wherever a template may put them. */
const notification = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations:
    - { name: status, github: { commitStatus: {} } }
    - name: own
      github:
        commitStatus:
          context: own
          description: "{{rollout.failure.message}} {{gitRepo.branch}}"
          targetUrl: "https://fleet.example.com/{{gitRepo.branch}}?m={{rollout.failure.message}}"
    - { name: pr, github: { pullRequestComment: {} } }
    - name: told
      github:
        pullRequestComment:
          body: |
            | {{pullRequest.title}} | |
            |---|---|
            {{#each rows}}
            | {{gitRepo}} | {{failureMessage}} {{failedNames}} |
            {{/each}}

            {{pullRequest.title}}
    - { name: check, github: { checkRun: {} } }
    - { name: env, github: { deployment: { environment: "{{gitRepo.branch}} {{rollout.failure.message}}" } } }
    - { name: dispatch, github: { repositoryDispatch: { eventType: deployed } } }
    - { name: event, webhook: { url: "https://hooks.example.com" } }
    - { name: cloudevents, webhook: { url: "https://hooks.example.com", format: cloudevents } }
    - name: json
      webhook:
        url: "https://hooks.example.com/{{gitRepo.branch}}?m={{rollout.failure.message}}"
        headers: { X-Text: "{{rollout.failure.message}} {{gitRepo.branch}}" }
        format: template
        body: '{"a": "{{rollout.failure.message}}", "b": {{json gitRepo.branch}}, "c": {{json (md summary)}}, "d": {{json pullRequests}}}'
    - name: form
      webhook:
        url: https://hooks.example.com/form
        format: template
        contentType: application/x-www-form-urlencoded
        body: "text={{rollout.failure.message}}&branch={{gitRepo.branch}}"
`;

const hostile: readonly (readonly [what: string, text: string])[] = [
  ["a header line", "x\r\nX-Forged: 1"],
  ["a header line by other line ends", "x\u0085X-Forged: 1\u2028X-Forged: 2"],
  ["a second JSON value", '"} {"forged": true'],
  ["a field of JSON", '", "forged": "'],
  ["an escape that eats a quote", "x\\"],
  ["a template", "{{json gitRepo}}{{{summary}}}"],
  ["a mention", "cc @acme/everybody @octocat <!channel> @everyone"],
  ["a table cell and a row", "x | forged | x |\n| forged | row |"],
  ["an HTML comment marker", "<!-- signalman:v1 a/b/c/d -->"],
  ["the end of the details", "</details><script>forged()</script>"],
  ["a fence", "```\n# forged\n````"],
  ["a field of a form", "x&forged=1#forged?forged=1"],
  ["a way up", "../../forged"],
  ["a lone surrogate", "x\ud800x"],
  ["the colours of a terminal", "\u001b[31mforged\u001b[0m"],
  ["the other direction", "\u202egnp.exe"],
];

/** The text wherever Fleet, git or GitHub take any text: a Kubernetes name cannot be one, and is one here too. */
function messageWith(text: string): Message {
  const { gitRepo, pullRequests, rollout } = sampleMessage("GitRepoFailed");
  const failed = { kind: "cluster", message: text, clusters: [{ cluster: text, bundle: text, message: text }] } as const;
  return sampleMessage("GitRepoFailed", {
    gitRepo: { ...gitRepo, branch: text },
    pullRequests: pullRequests.map((it) => ({ ...it, title: text })),
    rollout: { failure: failed, clusters: { ...rollout.clusters, failedNames: [text] } },
  });
}

async function requestsOf(message: Message): Promise<ReadonlyMap<string, readonly ShownRequest[]>> {
  const checked = checkSource({ file: "-", text: notification });
  expect(checked.findings).toEqual([]);
  const { trials } = sampleTrials(
    checked.notifications.map(validOf).filter((it) => it !== null),
    message.event,
  );
  const sent = new Map<string, readonly ShownRequest[]>();
  for (const { rule, stream } of trials) {
    const instance = { name: "", cluster: "c", shard: "" };
    const signal = new AbortController().signal;
    const { requests } = await renderTrial({ rule, message, stream, unfit: "" }, { instance, gitHubApiUrl: "", signal });
    sent.set(rule.destination, requests);
  }
  return sent;
}

/** The names of the fields of a JSON value, all the way down. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, shapeOf(it)]));
}

test.each(hostile)("no text smuggles %s", async (_, text) => {
  const [plain, sent] = [await requestsOf(messageWith("plain")), await requestsOf(messageWith(text))];
  for (const [destination, requests] of sent) {
    const expected = plain.get(destination) ?? [];
    expect([destination, requests.length]).toEqual([destination, expected.length]);
    for (const [index, { url, headers, body }] of requests.entries()) {
      const model = expected[index];
      expect(Object.keys(headers)).toEqual(Object.keys(model?.headers ?? {}));
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
      expect(new URL(url).host).toBe(new URL(model?.url ?? "").host);
      expect([...new URL(url).searchParams.keys()]).toEqual([...new URL(model?.url ?? "").searchParams.keys()]);
      expect(new URL(url).pathname.split("/")).toHaveLength(new URL(model?.url ?? "").pathname.split("/").length);
      if (destination === "form") expect([...new URLSearchParams(body).keys()]).toEqual(["text", "branch"]);
      else expect(shapeOf(JSON.parse(body))).toEqual(shapeOf(JSON.parse(model?.body ?? "")));
    }
  }
});

/** What GitHub makes of a page in Markdown: its tables, its HTML, and what it would link or notify, outside of fenced blocks. */
function structureOf(page: string): object {
  const tokens = marked.lexer(page);
  const outside = tokens
    .filter((it) => it.type !== "code")
    .map((it) => it.raw)
    .join("");
  return {
    markers: page.match(/<!--/g)?.length,
    elements: outside.match(/<\/?[a-z]+/gi),
    mentions: outside.match(/@[\w<]|(?<!&)#\d|\bGH-\d/gi)?.length,
    links: outside.match(/\w:\/\/|\]\(|\bwww\.\w/gi)?.length,
    hidden: page.match(/[^\P{C}\n\u200b]/gu)?.length,
    tables: tokens
      .map((it) => it as Tokens.Table)
      .flatMap((it) => (it.type === "table" ? [it.rows.length, it.header.length] : [])),
    headings: tokens.filter((it) => it.type === "heading").length,
  };
}

async function commentOf(text: string, destination = "pr"): Promise<string> {
  const [request] = (await requestsOf(messageWith(text))).get(destination) ?? [];
  return (JSON.parse(request?.body ?? "") as { body: string }).body;
}

test.each(hostile)("no text smuggles %s into a comment", async (_, text) => {
  for (const destination of ["pr", "told"]) {
    const [comment, model] = [await commentOf(text, destination), await commentOf("plain", destination)];
    expect(structureOf(comment)).toEqual(structureOf(model));
  }
});

/** The texts of a destination's writes that have this field, one below the other. */
async function fieldsOf(destination: string, { text, field }: { text: string; field: string }): Promise<readonly string[]> {
  const requests = (await requestsOf(messageWith(text))).get(destination) ?? [];
  return requests.flatMap(({ body }) =>
    [...body.matchAll(new RegExp(`"${field}":("(?:[^"\\\\]|\\\\.)*")`, "g"))].map((it) => JSON.parse(it[1] ?? "") as string),
  );
}

test.each(hostile)("no text smuggles %s into the page of a check run", async (_, text) => {
  const [page = "", ...others] = await fieldsOf("check", { text, field: "summary" });
  const [model = ""] = await fieldsOf("check", { text: "plain", field: "summary" });
  expect(others).toEqual([]);
  expect(page).toContain("### Errors");
  expect(structureOf(page)).toEqual(structureOf(model));
});

test.each(hostile)(
  "no text smuggles %s into what GitHub shows in one line: titles, descriptions, environments",
  async (_, text) => {
    const fields = [
      ["own", "description"],
      ["own", "target_url"],
      ["check", "title"],
      ["env", "description"],
      ["env", "environment"],
      ["status", "description"],
    ] as const;
    for (const [destination, field] of fields) {
      const shown = await fieldsOf(destination, { text, field });
      expect([destination, field, shown.length > 0]).toEqual([destination, field, true]);
      for (const line of shown) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }
  },
);

test("what would not be escaped in a comment would be found", async () => {
  const plain = await commentOf("plain");
  const mentions = ["plain @octocat", "plain acme/shop#12", "plain https://x.example", "plain\u202e"];
  for (const text of [...mentions, "plain</details>", "plain<!-- x -->", "plain\n```\n# forged\n"]) {
    expect(structureOf(plain.replaceAll("plain", text))).not.toEqual(structureOf(plain));
  }
});

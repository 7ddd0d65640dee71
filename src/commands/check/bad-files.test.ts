import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { limits } from "../../core/limits.ts";
import { checkSource } from "./check-source.ts";
import { readSources } from "./source.ts";

const good = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata: { name: deployments, namespace: fleet-default }
spec:
  destinations:
    - name: status
      github:
        commitStatus: {}
`;
const bad = good.replace("commitStatus", "comitStatus");
const utf16 = (text: string) => Buffer.from(text, "utf16le").toString("utf8");
const levels = Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`);

/** Files, each with one thing wrong that is no Notification's. */
const badFiles: Readonly<Record<string, string>> = {
  "nothing in it": "",
  "only comments": "# here be Notifications\n",
  "only ends of documents": "---\n---\n",
  "a text": "hello\n",
  "a list": "- a\n- b\n",
  "UTF-16": utf16(`\ufeff${good}`),
  "UTF-16 without its mark": utf16(good),
  "Latin-1": good.replace("status", Buffer.from("Stätus", "latin1").toString("utf8")),
  "a NUL": good.replace("status", "sta\0tus"),
  "a colour in a comment": `${good}# \u001b[31mred\n`,
  "a tab that indents": good.replace("    - name", "\t- name"),
  "a no-break space that indents": good.replace("      github", "     \u00a0github"),
  "a name with a no-break space": good.replace("name: status", "name\u00a0: status"),
  "a mark of byte order in the middle": `${good}---\n\ufeff${good}`,
  "a field twice": good.replace("name: status", "name: status\n      name: other"),
  "a field twice, the other one in JSON": '{"kind": "Notification", "kind": "Notification"}',
  "an alias of nothing": good.replace("{}", "*nothing"),
  "a text that begins with *": good.replace("name: status", "name: *"),
  "a merge of a text": good.replace("name: status", "name: status\n      <<: text"),
  "a small file that would grow without end": `a0: &a0 [x]\n${levels.join("\n")}\n`,
  "an object that holds itself": good.replace("spec:", "spec: &spec\n  timing: *spec"),
  "5,000 brackets": `${good}x: ${"[".repeat(5_000)}`,
  "JSON that ends too early": '{"apiVersion": "signalman.dev/v1alpha1", "kind": "Notification"',
  "a list as a key": `${good}? [a, b]\n: 1\n`,
  "no key": `${good}: 1\n`,
  "a broken document between others": `${good}---\nx: [\n---\n${bad}`,
  "ends of lines of Windows": bad.replaceAll("\n", "\r\n"),
  "a List": `apiVersion: v1\nkind: List\nitems:\n- ${bad.trimEnd().replaceAll("\n", "\n  ")}\n`,
  "a Notification of no group": good.replace("signalman.dev/v1alpha1", "v1"),
};

test("every bad file is told where it is wrong, what was found and what to do", () => {
  const told = Object.entries(badFiles).map(([title, text]) => {
    const { findings } = checkSource({ file: "-", text, isNamed: true });
    return `# ${title}\n${findings.map((it) => `${it.line}:${it.column}: ${it.message} [${it.code}]`).join("\n")}`;
  });
  expect(told.join("\n\n")).toMatchInlineSnapshot(`
    "# nothing in it
    1:1: Found nothing; allowed are objects of Kubernetes. See whether this is the file that was meant. [NotAnObject]

    # only comments
    1:1: Found nothing; allowed are objects of Kubernetes. See whether this is the file that was meant. [NotAnObject]

    # only ends of documents
    1:1: Found nothing; allowed are objects of Kubernetes. See whether this is the file that was meant. [NotAnObject]

    # a text
    1:1: Found "hello"; allowed are objects of Kubernetes. See whether this is the file that was meant. [NotAnObject]

    # a list
    1:1: Found a list; allowed are objects of Kubernetes. See whether this is the file that was meant. [NotAnObject]

    # UTF-16
    1:1: This is not text in UTF-8. Save the file as UTF-8. [InvalidYaml]

    # UTF-16 without its mark
    1:2: This is not text in UTF-8. Save the file as UTF-8. [InvalidYaml]

    # Latin-1
    6:15: This is not text in UTF-8. Save the file as UTF-8. [InvalidYaml]

    # a NUL
    6:16: This is not text in UTF-8. Save the file as UTF-8. [InvalidYaml]

    # a colour in a comment
    9:3: This is the control character U+001B, which YAML does not allow. Remove it. [InvalidYaml]

    # a tab that indents
    6:1: This is not YAML: a tab cannot indent. Use spaces. [InvalidYaml]

    # a no-break space that indents
    7:1: This is not YAML: Sequence item without - indicator. [InvalidYaml]

    # a name with a no-break space
    6:14: spec.destinations[0].name: "name" is required. Add it: a text. [MissingField]
    6:7: spec.destinations[0]["name\\u{a0}"]: There is no field "name\\u{a0}" here. Did you mean "name"? [UnknownField]

    # a mark of byte order in the middle
    10:14: apiVersion: "apiVersion" is required. Add it: "signalman.dev/v1alpha1". [MissingField]
    10:1: ["\\u{feff}apiVersion"]: There is no field "\\u{feff}apiVersion" here. Did you mean "apiVersion"? [UnknownField]
    12:19: metadata.name: Notification fleet-default/deployments is in this file twice; only the last one would be kept. Remove one of the two. [DuplicateName]

    # a field twice
    7:7: "name" is there twice in one object. Remove one of the two. [InvalidYaml]

    # a field twice, the other one in JSON
    1:26: "kind" is there twice in one object. Remove one of the two. [InvalidYaml]

    # an alias of nothing
    8:23: There is no anchor "&nothing" before this alias. A text that begins with * needs quotes. [InvalidYaml]

    # a text that begins with *
    6:13: This is not YAML: Alias cannot be an empty string. [InvalidYaml]

    # a merge of a text
    7:7: << takes an object, or an alias of one (*name). Write its fields out. [InvalidYaml]

    # a small file that would grow without end
    2:10: The aliases (*name) of this document make it too large. Write out what they stand for. [InvalidYaml]

    # an object that holds itself
    5:3: spec.timing.timing: There is no field "timing" here. It belongs beside "timing". [UnknownField]
    6:3: spec.timing.destinations: There is no field "destinations" here. It belongs beside "timing". [UnknownField]

    # 5,000 brackets
    9:795: This is nested too deep to be read. No Notification is nested like that. [InvalidYaml]

    # JSON that ends too early
    1:64: This is not YAML: Flow map must end with a }. [InvalidYaml]

    # a list as a key
    1:1: ["[ a, b ]"]: There is no field "[ a, b ]" here. Allowed are apiVersion, kind, metadata, spec, status. [UnknownField]

    # no key
    9:1: [""]: There is no field "" here. Allowed are apiVersion, kind, metadata, spec, status. [UnknownField]

    # a broken document between others
    11:1: This is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. [InvalidYaml]
    19:9: spec.destinations[0].github.comitStatus: There is no field "comitStatus" here. Did you mean "commitStatus"? [UnknownField]
    18:7: spec.destinations[0].github: github has none of commitStatus, checkRun, pullRequestComment, deployment and repositoryDispatch. Add one of them. [DestinationType]
    14:19: metadata.name: Notification fleet-default/deployments is in this file twice; only the last one would be kept. Remove one of the two. [DuplicateName]

    # ends of lines of Windows
    8:9: spec.destinations[0].github.comitStatus: There is no field "comitStatus" here. Did you mean "commitStatus"? [UnknownField]
    7:7: spec.destinations[0].github: github has none of commitStatus, checkRun, pullRequestComment, deployment and repositoryDispatch. Add one of them. [DestinationType]

    # a List
    11:11: spec.destinations[0].github.comitStatus: There is no field "comitStatus" here. Did you mean "commitStatus"? [UnknownField]
    10:9: spec.destinations[0].github: github has none of commitStatus, checkRun, pullRequestComment, deployment and repositoryDispatch. Add one of them. [DestinationType]

    # a Notification of no group
    1:13: apiVersion: Found "v1"; allowed is "signalman.dev/v1alpha1". [UnknownValue]"
  `);
});

test.each([
  ["the mark of byte order at its beginning", `\ufeff${good}`],
  ["ends of lines of Windows", good.replaceAll("\n", "\r\n")],
  ["anchors, aliases and merges", good.replace("{}", "&a {}").replace("name: status", "<<: { name: status }")],
  ["JSON with tabs", JSON.stringify({ apiVersion: "v1", kind: "ConfigMap" }, null, "\t")],
])("%s: nothing is wrong with it", (_, text) => {
  expect(checkSource({ file: "-", text, isNamed: true }).findings).toEqual([]);
});

test("100,000 fields, entries or names are told within the bounds of one Notification", () => {
  const many = (entry: (index: number) => string) => Array.from({ length: 30_000 }, (_, index) => entry(index)).join(", ");
  const texts = [
    good.replace("spec:", `spec:\n  timing: { ${many((it) => `f${it}: x`)} }`),
    good.replace("commitStatus: {}", `commitStatus: { targetUrl: x }\n      on: [${many(() => "X")}]`),
    good.replace(/destinations:[^]*$/, `destinations: [${many((it) => `{ name: d${it} }`)}]\n`),
    good.replace("spec:", `spec:\n  gitRepos: { names: [${many((it) => `n${it}`)}] }`),
  ];
  for (const text of texts) {
    const { findings } = checkSource({ file: "-", text });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThanOrEqual(limits.problemsMax);
  }
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-files-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What is read of the folder and of files in it: a text's length, or why there is none. */
async function read(...names: readonly string[]): Promise<readonly string[]> {
  const operands = names.length === 0 ? [folder] : names.map((it) => (it.startsWith("/") || it === "-" ? it : join(folder, it)));
  const sources = await readSources(operands, { stdin: Readable.from([good]) });
  return sources.map((it) => `${it.file.replace(folder, ".")}: ${"text" in it ? it.text.length : it.reason}`);
}

test("links are read, those to folders are not followed, and one that leads nowhere is told", async () => {
  await mkdir(join(folder, "real"));
  await writeFile(join(folder, "real", "a.yaml"), good);
  await symlink(join(folder, "real", "a.yaml"), join(folder, "link.yaml"));
  await symlink(folder, join(folder, "real", "loop"));
  await symlink(folder, join(folder, "real", "loop.yaml"));
  await symlink("itself.yaml", join(folder, "itself.yaml"));
  await symlink("nowhere", join(folder, "nowhere.yaml"));
  expect(await read()).toEqual([
    "./itself.yaml: it is a link that leads to itself (ELOOP)",
    `./link.yaml: ${good.length}`,
    "./nowhere.yaml: it is not there (ENOENT)",
    `./real/a.yaml: ${good.length}`,
  ]);
});

test("a folder without files of Notifications is told: another one was meant", async () => {
  await writeFile(join(folder, "README.md"), "");
  expect(await read()).toEqual([".: the folder has no file that ends with .yaml, .yml or .json"]);
});

test("what has no end is read to the bound", async () => {
  expect(await read("/dev/zero")).toEqual(["/dev/zero: it has more than 8 MiB. Split it"]);
});

test("files and the standard input that were asked for by themselves are known as such, those of folders are not", async () => {
  await writeFile(join(folder, "a.yaml"), good);
  const sources = await readSources([folder, join(folder, "a.yaml"), "-"], { stdin: Readable.from([good]) });
  expect(sources.map((it) => "isNamed" in it)).toEqual([false, true, true]);
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { badDestinations, badNotifications } from "../../test/notifications/bad-notifications.ts";
import { check } from "./check.ts";

class Collected extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], stdin = ""): Promise<Ran> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const code = await check({ args, env: {}, stdin: Readable.from([stdin]), stdout, stderr });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

const good = `apiVersion: signalman.dev/v1alpha1
kind: Notification
metadata:
  name: deployments
  namespace: fleet-default
spec:
  destinations:
    - name: chat
      on: [GitRepoReady]
      webhook:
        url: https://hooks.example.com
`;

describe("exit codes: 0, 1 on any error, 2 on misuse", () => {
  test("0 and no line for what is right", async () => {
    expect(await run(["-"], good)).toEqual({ code: 0, stdout: "", stderr: "Notifications checked: 1; errors: 0\n" });
  });

  test("1 for an error", async () => {
    expect((await run(["-"], good.replace("GitRepoReady", "GitRepoReddy"))).code).toBe(1);
  });

  test.each([
    ["no file", []],
    ["an unknown flag", ["--ouput=json", "-"]],
    ["a file that is not there", ["/nowhere/x.yaml"]],
  ])("2 for %s", async (_, args) => {
    expect((await run(args)).code).toBe(2);
  });

  test("the reason for misuse, with what was probably meant", async () => {
    expect((await run(["--hepl"])).stderr).toBe("signalman check: there is no flag --hepl. Did you mean --help? [UnknownFlag]\n");
    expect((await run(["/nowhere/x.yaml"])).stdout).toBe(
      "/nowhere/x.yaml:1:1: The file cannot be read: it is not there (ENOENT). [UnreadableFile]\n",
    );
  });

  test.each(Object.entries({ ...badNotifications, ...badDestinations }))("1 for %s", async (_, yaml) => {
    const { code, stdout } = await run(["-"], yaml);
    expect(code).toBe(1);
    for (const line of stdout.trimEnd().split("\n")) expect(line).toMatch(/^-:\d+:\d+: .+ \[[A-Z][A-Za-z]+\]$/);
  });
});

describe("exact positions", () => {
  const at = async (text: string) => (await run(["-"], text)).stdout.split(": ", 1)[0];
  test.each([
    ["a value", good.replace("GitRepoReady", "GitRepoReddy"), "-:9:12"],
    ["an unknown field, at its name", good.replace("      webhook:", "      unless: x\n      webhook:"), "-:10:7"],
    ["something missing, at the last thing that is there", good.replace("        url:", "        timeout: 3s\n#"), "-:10:7"],
    ["a value of the wrong type", good.replace("[GitRepoReady]", "\n        a: b"), "-:9:7"],
    ["something left out", good.replace("[GitRepoReady]", ""), "-:9:7"],
    [
      "a later document",
      `${good.replace("name: deployments", "name: other")}---\n# a comment\n${good.replace("https", "ftp")}`,
      "-:24:14",
    ],
    ["an object of a List", listOf(good.replace("https", "ftp")), "-:15:18"],
    ["an object of a List in a List", listOf(listOf(good.replace("https", "ftp"))), "-:19:22"],
    ["an alias", good.replace("https://hooks.example.com", "&u ftp://x\n    - name: b\n      webhook: { url: *u }"), "-:11:17"],
    ["YAML that cannot be read", "a: [1, 2", "-:1:9"],
  ])("%s", async (_, text, expected) => {
    expect(await at(text)).toBe(expected);
  });

  const template = (lines: string) =>
    `${good}        format: template\n        contentType: text/plain\n        body: ${lines}\n`;
  test.each([
    ["a block", template("|\n          Hello\n            {{gitRepo.nam}}"), "-:16:15"],
    ["a block with an empty first line", template("|-\n\n          {{gitRepo.nam}}"), "-:16:13"],
    ["quotes", template("'{{gitRepo.nam}}'"), "-:14:18"],
    ["no quotes", template("x {{gitRepo.nam}}"), "-:14:19"],
    ["escapes: the beginning of the text", template(String.raw`"\t{{gitRepo.nam}}"`), "-:14:15"],
    ["a folded block: its beginning", template(">\n          a\n          {{gitRepo.nam}}"), "-:14:15"],
  ])("in a template in %s", async (_, text, expected) => {
    expect(await at(text)).toBe(expected);
  });
});

function listOf(text: string): string {
  const indented = text.split("\n").map((line) => (line === "" ? "" : `    ${line}`));
  return `apiVersion: v1\nkind: List\nitems:\n  -\n${indented.join("\n")}`;
}

describe("which objects", () => {
  test("other kinds are left alone, also a Notification of another group", async () => {
    const others = [
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }",
      "apiVersion: example.com/v1\nkind: Notification\nspec: 3",
      "apiVersion: signalman.dev/v1alpha1\nkind: Delivery\nspec: 3",
      "just a text",
      "",
    ];
    expect(await run(["-"], others.join("\n---\n"))).toMatchObject({ code: 0, stdout: "" });
  });

  test("what was meant to be a Notification is not passed over", async () => {
    expect((await run(["-"], good.replace("kind: Notification", "kind: Notifications"))).stdout).toMatch(
      /Did you mean "Notification"\?/,
    );
    expect((await run(["-"], good.replace("signalman.dev/", "signalmen.dev/"))).code).toBe(1);
    expect((await run(["-"], good.replace(/^kind.*\n/m, ""))).code).toBe(1);
  });

  test("an override is complete together with its ClusterNotification, and not without it", async () => {
    const override = good.replace("url: https://hooks.example.com", "timeout: 3s");
    const platform = good.replace("kind: Notification", "kind: ClusterNotification").replace("  namespace: fleet-default\n", "");
    expect((await run(["-"], override)).stdout).toContain("[MissingField]");
    expect(await run(["-"], `${override}---\n${platform}`)).toMatchObject({ code: 0, stdout: "" });
  });

  test("a Notification that is in one file twice is told; in two files it may be meant for two clusters", async () => {
    expect((await run(["-"], `${good}---\n${good}`)).stdout).toBe(
      "-:16:9: metadata.name: Notification fleet-default/deployments is in this file twice; only the last one would be kept. Remove one of the two. [DuplicateName]\n",
    );
    const other = good.replace("namespace: fleet-default", "namespace: fleet-local");
    expect(await run(["-"], `${good}---\n${other}`)).toMatchObject({ code: 0, stdout: "" });
  });

  test("two destinations of one Notification that write the same are told; what is muted takes no part", async () => {
    const status = "    - name: a\n      github: { commitStatus: {} }\n";
    const two = `${good.replace(/ {4}- name: chat[^]*$/, status)}${status.replace("name: a", "name: b")}`;
    expect((await run(["-"], two)).stdout).toMatchInlineSnapshot(`
      "-:7:3: spec.destinations: Destination "b" is not sent for GitRepo fleet-default/GITREPO: Notification fleet-default/deployments, destination "a" writes the commit status "fleet/fleet-default/GITREPO" already. Keep one of them, or select other GitRepos. [ContextConflict]
      "
    `);
    expect(await run(["-"], `${two}      suspend: true\n`)).toMatchObject({ code: 0, stdout: "" });
  });

  test("folders are read to their end, other files in them left alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "signalman-check-"));
    try {
      await mkdir(join(folder, "b"));
      await writeFile(join(folder, "b", "bad.yml"), good.replace("https", "ftp"));
      await writeFile(join(folder, "a.json"), JSON.stringify({ apiVersion: "signalman.dev/v1alpha1", kind: "Notification" }));
      await writeFile(join(folder, "README.md"), good.replace("https", "ftp"));
      const { stdout, code } = await run([folder]);
      const files = new Set(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => line.slice(folder.length + 1).split(":", 1)[0]),
      );
      expect({ code, files: [...files] }).toEqual({ code: 1, files: ["a.json", "b/bad.yml"] });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test("--output json tells files that cannot be read too, and the exit code stays", async () => {
  const { code, stdout } = await run(["--output=json", "-", "/nowhere/x.yaml"], good.replace("GitRepoReady", "GitRepoReddy"));
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    notifications: 1,
    findings: [
      { file: "-", line: 9, code: "UnknownValue" },
      { file: "/nowhere/x.yaml", code: "UnreadableFile" },
    ],
  });
});

test("--output github annotates the line in a pull request", async () => {
  const { code, stdout } = await run(["--output", "github", "-"], good.replace("GitRepoReady", "GitRepoReddy"));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^::error file=-,line=9,col=12,title=UnknownValue::[^\n]+\n$/);
});

describe("what kubectl reads otherwise", () => {
  test("bare words of YAML 1.1 are told; on as a name is understood", async () => {
    const { stdout } = await run(["-"], good.replace("spec:", "spec:\n  suspend: yes"));
    expect(stdout.split("\n")[0]).toBe(
      '-:7:12: kubectl reads "yes" without quotes as true or false. Put it in quotes, or write true or false. [AmbiguousYaml]',
    );
  });
});

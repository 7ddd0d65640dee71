import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitHubTypeNames } from "../../src/core/notification/github/git-hub-types.ts";
import { gitHubSchema } from "../../src/core/notification/github-schema.ts";
import { secretSchema } from "../../src/core/notification/secret-schema.ts";
import { destinations } from "../../src/destinations/index.ts";
import { root } from "./markdown.ts";

/** `check-run.ts` is `checkRun`. */
const named = (file: string) => file.replace(/\.ts$/, "").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const exportsOf = (folder: string, isOne: (text: string) => boolean) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && isOne(readFileSync(join(root, folder, file), "utf8")))
    .map(named);

const written = exportsOf("src/core/notification/github", (text) => /^export const \w+: GitHubType</m.test(text));
const performed = exportsOf("src/destinations", (text) => /^export const \w+: Destination</m.test(text));

test("every type in src/core/notification/github/ is in the list, and has a schema", () => {
  expect(written.toSorted()).toEqual([...gitHubTypeNames].toSorted());
  expect(gitHubTypeNames.filter((it) => !gitHubSchema(secretSchema).safeParse({ [it]: {} }).success)).toEqual([]);
});

test("every destination in src/destinations/ is in the list, and every type has one", () => {
  expect(performed.toSorted()).toEqual(Object.keys(destinations).toSorted());
  expect(Object.keys(destinations).toSorted()).toEqual([...gitHubTypeNames, "webhook"].toSorted());
  for (const [name, { type }] of Object.entries(destinations)) expect(type).toBe(name);
});

test("every type has a row in docs/configuration.md, its test, and a place in the reference", () => {
  const configuration = readFileSync(join(root, "docs/configuration.md"), "utf8");
  const reference = readFileSync(join(root, "docs/reference/notification.md"), "utf8");
  const tests = readdirSync(join(root, "src/destinations")).map((it) => it.replace(".test.ts", ".ts"));
  for (const name of gitHubTypeNames) {
    expect(configuration, name).toContain(`\n| \`${name}\` |`);
    expect(reference, name).toContain(`.github.${name}`);
    expect(
      tests.filter((it) => named(it) === name),
      name,
    ).toHaveLength(2);
  }
});

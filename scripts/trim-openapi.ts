/**
 * Cuts GitHub's own OpenAPI description down to the operations that Signalman and its simulator use, and writes it to
 * simulator/faces/github-openapi.json, with its licence beside it. The package it comes from has 385 MB, so it is no dependency. After a change of
 * github-api-operations.ts, or to take a newer version:
 *
 *   npm install --prefix /tmp/octokit-openapi --no-save @octokit/openapi@23.0.2
 *   node scripts/trim-openapi.ts /tmp/octokit-openapi/node_modules/@octokit/openapi
 *   npx oxfmt simulator/faces/github-openapi.json
 *
 * With `--check` nothing is written: exit 1 where what is there is not what the package gives (.ci/run).
 */
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { githubOperations } from "../simulator/faces/github-api-operations.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const target = new URL("../simulator/faces/github-openapi.json", import.meta.url);
/** What a validator has no use for. */
const proseKeys = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "tags",
  "title",
  "operationId",
  "deprecated",
  "x-octokit",
  "headers",
]);

/** Where the description is wrong by its own components: it wants an account that is a user and an enterprise at once (`allOf`). */
const corrections: readonly { readonly path: readonly string[]; readonly value: Json }[] = [
  {
    path: ["paths", "/app/installations", "get", "responses", "200", "content", "application/json", "schema", "items"],
    value: { $ref: "#/components/schemas/installation" },
  },
];

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Without prose and `x-…`. In `properties`, keys are names of GitHub's and stay whatever they are. */
function withoutProse(value: Json, keysAreNames = false): Json {
  if (Array.isArray(value)) return value.map((entry) => withoutProse(entry));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => keysAreNames || (!proseKeys.has(key) && !key.startsWith("x-")));
  return Object.fromEntries(
    kept.map(([key, entry]) => [key, key === "enum" ? entry : withoutProse(entry, !keysAreNames && key === "properties")]),
  );
}

/** Every `$ref` in it, as `#/components/schemas/status`. */
function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

function at(root: JsonObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), root);
}

/** Puts `value` at `path`, making the objects on the way. */
function put(root: JsonObject, path: readonly string[], value: Json): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    root[key] = value;
    return;
  }
  const next = root[key];
  const child = isObject(next) ? next : {};
  root[key] = child;
  put(child, rest, value);
}

function trim(whole: JsonObject, version: string): JsonObject {
  const info = {
    title: "GitHub's REST API, the operations that Signalman uses",
    version,
    license: { name: "MIT, see github-openapi.LICENSE", url: "https://github.com/octokit/openapi/blob/main/LICENSE" },
  };
  const trimmed: JsonObject = { openapi: "3.0.3", info };
  for (const { method, path } of githubOperations) {
    const from = ["paths", path, method.toLowerCase()];
    const operation = at(whole, from);
    if (operation === undefined)
      throw new Error(`GitHub's OpenAPI has no ${method} ${path}. Remedy: correct github-api-operations.ts.`);
    put(trimmed, from, withoutProse(operation));
  }
  for (const { path, value } of corrections) {
    if (at(trimmed, path) === undefined)
      throw new Error(`Nothing to correct at ${path.join("/")}. Remedy: look whether GitHub did.`);
    put(trimmed, path, value);
  }
  for (let pending = references(trimmed); pending.length > 0; pending = references(trimmed)) {
    const paths = pending.map((reference) => reference.split("/").slice(1));
    const missing = paths.filter((path) => at(trimmed, path) === undefined);
    if (missing.length === 0) break;
    for (const path of missing) put(trimmed, path, withoutProse(at(whole, path) ?? {}));
  }
  return trimmed;
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: "boolean", default: false } } });
const [directory] = positionals;
if (directory === undefined)
  throw new Error("Usage: node scripts/trim-openapi.ts [--check] DIRECTORY (of the package @octokit/openapi)");
const { version }: { version: string } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
const whole: JsonObject = JSON.parse(await readFile(join(directory, "generated/api.github.com.json"), "utf8"));
const trimmed = trim(whole, `@octokit/openapi ${version}`);
if (values.check) await check(trimmed);
else {
  await writeFile(target, `${JSON.stringify(trimmed, null, 2)}\n`);
  await copyFile(join(directory, "LICENSE"), new URL("github-openapi.LICENSE", target));
}
console.log(`${target.pathname}: ${githubOperations.length} operations of @octokit/openapi ${version}`);

async function check(expected: JsonObject): Promise<void> {
  if (isDeepStrictEqual(JSON.parse(await readFile(target, "utf8")), expected)) return;
  console.error(
    `${target.pathname} is not what @octokit/openapi ${version} gives. Remedy: run this without --check, then oxfmt.`,
  );
  process.exit(1);
}

import { expect, test } from "vitest";
import { treeOfFiles } from "./fleet-tree-of-files.ts";

const files = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

test("every folder with a fleet.yaml is a bundle; what lies elsewhere is none, and changes none", () => {
  const tree = treeOfFiles(files({ "README.md": "one", "web/fleet.yaml": "", "web/a.yaml": "a", "db/fleet.yaml": "" }));
  expect([...tree.keys()].sort()).toEqual(["db", "web"]);
  const other = treeOfFiles(files({ "README.md": "two", "db/fleet.yaml": "", "web/a.yaml": "a", "web/fleet.yaml": "" }));
  expect(other.get("web")).toEqual(tree.get("web"));
});

test("another content is another manifest", () => {
  const one = treeOfFiles(files({ "web/fleet.yaml": "", "web/a.yaml": "a" })).get("web");
  const other = treeOfFiles(files({ "web/fleet.yaml": "", "web/a.yaml": "b" })).get("web");
  expect(one?.manifest).not.toBe(other?.manifest);
});

test.each([
  ["a bracket that is never closed", { "web/fleet.yaml": "defaultNamespace: [shop\n" }, "jobFails"],
  ["a kind that no cluster knows", { "web/fleet.yaml": "", "web/a.yaml": "kind: Nothing\n" }, "applyFails"],
  ["an image from nowhere", { "web/fleet.yaml": "", "web/a.yaml": "spec:\n  image: nowhere/x:1\n" }, "neverReady"],
  ["nothing wrong", { "web/fleet.yaml": "targets: [a, b]\n", "web/a.yaml": "kind: ConfigMap\n" }, "ok"],
])("%s", (_, entries, outcome) => {
  expect(treeOfFiles(files(entries)).get("web")?.outcome.kind).toBe(outcome);
});

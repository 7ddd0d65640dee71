import { describe, expect, test } from "vitest";
import { stripObject } from "./strip-object.ts";

describe("a recording has no Secrets and no contents", () => {
  test("contents of a Bundle: a count stays", () => {
    const bundle = {
      kind: "Bundle",
      metadata: {
        name: "b",
        managedFields: [{}],
        annotations: { a: "1", "kubectl.kubernetes.io/last-applied-configuration": "all" },
      },
      spec: {
        resources: [{ content: "secret" }],
        helm: { values: { password: "x" } },
        targets: [{ name: "t", helm: { values: {} } }],
      },
    };
    expect(JSON.stringify(stripObject(bundle))).toBe(
      '{"kind":"Bundle","metadata":{"name":"b","annotations":{"a":"1"}},"spec":{"targets":[{"name":"t"}],"resources":{"count":1}}}',
    );
  });

  test.each([
    ["BundleDeployment", { deploymentID: "d", options: { helm: {} }, stagedOptions: {} }, { deploymentID: "d" }],
    ["Job", { backoffLimit: 0, template: { spec: { containers: [] } } }, { backoffLimit: 0 }],
    ["Cluster", { paused: true, templateValues: { token: "x" } }, { paused: true }],
    ["GitRepo", { repo: "https://me:token@github.com/acme/shop" }, { repo: "https://github.com/acme/shop" }],
    ["GitRepo", { repo: "git@github.com:acme/shop.git" }, { repo: "git@github.com:acme/shop.git" }],
  ])("%s %j", (kind, spec, stripped) => {
    expect(stripObject({ kind, metadata: {}, spec })).toEqual({ kind, metadata: {}, spec: stripped });
  });
});

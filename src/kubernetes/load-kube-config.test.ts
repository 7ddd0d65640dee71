import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

/** In a process of its own: what a test runner has loaded says nothing about a fresh one. */
function evaluate(program: string): unknown {
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: resolve(import.meta.dirname, "../.."),
    encoding: "utf8",
  });
  return JSON.parse(output);
}

const kubeconfig = JSON.stringify({
  clusters: [{ name: "c", cluster: { server: "https://api.example.com" } }],
  users: [{ name: "u", user: { token: "t" } }],
  contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
  "current-context": "x",
});

/** Loads with `load`, reads a kubeconfig, and tells whether a generated model is to be had from config.js' own import. */
const program = (load: string) => `
  const KubeConfig = await (async () => { ${load} })();
  const config = new KubeConfig();
  config.loadFromString(${JSON.stringify(kubeconfig)});
  const client = (() => {
    try { return typeof config.makeApiClient(class { constructor(made) { this.made = made; } }).made; } catch { return "none"; }
  })();
  process.stdout.write(JSON.stringify([config.getCurrentCluster().server, client]));
`;

test("kubeconfigs are read without the models of Kubernetes' APIs", () => {
  const ours = 'return (await import("./src/kubernetes/load-kube-config.ts")).loadKubeConfig();';
  expect(evaluate(program(ours))).toEqual(["https://api.example.com", "none"]);
});

test("which client-node loads by itself", () => {
  const whole = 'return (await import("@kubernetes/client-node/dist/config.js")).KubeConfig;';
  expect(evaluate(program(whole))).toEqual(["https://api.example.com", "object"]);
});

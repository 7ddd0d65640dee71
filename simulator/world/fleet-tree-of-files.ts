import { sha256, type BundleContent, type BundleOutcome, type FleetTree } from "./fleet-content.ts";

const ok: BundleOutcome = { kind: "ok" };

/**
 * What Fleet makes of a repository's files: every folder with a `fleet.yaml` is a bundle, and its files are the content. A small reader, for
 * stories that use a real git repository; these are the mistakes that it understands:
 *
 * - a `fleet.yaml` with an opened and never closed bracket: the Job fails;
 * - `kind: Nothing`, which no cluster knows: every cluster's apply fails;
 * - `image: nowhere/…`, which cannot be pulled: it is applied, and never becomes ready.
 */
export function treeOfFiles(files: ReadonlyMap<string, string>): FleetTree {
  const tree = new Map<string, BundleContent>();
  for (const path of files.keys()) {
    if (!path.endsWith("/fleet.yaml")) continue;
    const folder = path.slice(0, -"/fleet.yaml".length);
    const own = [...files].filter(([name]) => name.startsWith(`${folder}/`)).sort(([one], [other]) => (one < other ? -1 : 1));
    const manifest = sha256(JSON.stringify(own));
    tree.set(folder, { manifest, outcome: outcomeOf(files.get(path) ?? "", own.map(([, content]) => content).join("\n---\n")) });
  }
  return tree;
}

function outcomeOf(fleetYaml: string, manifests: string): BundleOutcome {
  if (/\[[^\]]*$/.test(fleetYaml)) {
    const reason = "yaml: line 1: did not find expected ',' or ']'";
    return {
      kind: "jobFails",
      message: `failed to process bundle: reading fleet.yaml: error converting YAML to JSON: ${reason}`,
    };
  }
  if (/^kind: Nothing$/m.test(manifests)) {
    const kind = 'no matches for kind "Nothing" in version "nosuch.example.test/v1"';
    return { kind: "applyFails", message: `resource mapping not found for name: "x" namespace: "" from "": ${kind}` };
  }
  if (/^\s*image: nowhere\//m.test(manifests)) return { kind: "neverReady", message: "Replicas: 0/1" };
  return ok;
}

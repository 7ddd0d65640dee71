import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { resources } from "../../src/kubernetes/resources.ts";
import { readManifests } from "../control-plane/apply.ts";
import type { Manifest } from "../control-plane/apply.ts";

const root = join(import.meta.dirname, "../..");
const deploy = join(root, "deploy");

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const isRole = (manifest: Manifest) => manifest.kind === "ClusterRole" || manifest.kind === "Role";

/** `group/resource` → verbs, over the roles of some files. */
async function grants(...files: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const manifests = (await Promise.all(files.map((file) => readManifests(join(deploy, file))))).flat();
  const rules = manifests.filter(isRole).flatMap((role) => role["rules"] as readonly Rule[]);
  const granted = rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) => {
    const names = resourceNames === undefined ? "" : ` ${resourceNames.join()}`;
    return apiGroups.flatMap((group) => resources.map((resource) => [`${group}/${resource}${names}`, verbs.toSorted()] as const));
  });
  return Object.fromEntries(granted);
}

const nameOf = ({ group, plural }: { group: string; plural: string }) => `${group}/${plural}`;
const watched = ["get", "list", "watch"];

/** What src/kubernetes does with each resource: a new resource there needs a line here and a rule in deploy/. */
const needed: Readonly<Record<keyof typeof resources, Readonly<Record<string, readonly string[]>>>> = {
  gitRepos: { [nameOf(resources.gitRepos)]: watched },
  bundles: { [nameOf(resources.bundles)]: watched },
  bundleDeployments: { [nameOf(resources.bundleDeployments)]: watched },
  clusters: { [nameOf(resources.clusters)]: watched },
  clusterGroups: { [nameOf(resources.clusterGroups)]: watched },
  jobs: { [nameOf(resources.jobs)]: watched },
  notifications: {
    [nameOf(resources.notifications)]: watched,
    [`${nameOf(resources.notifications)}/status`]: ["patch"],
  },
  clusterNotifications: {
    [nameOf(resources.clusterNotifications)]: watched,
    [`${nameOf(resources.clusterNotifications)}/status`]: ["patch"],
  },
  deliveries: { [nameOf(resources.deliveries)]: ["create", "delete", "get", "list", "update"] },
  leases: { [nameOf(resources.leases)]: ["create", "get", "update"] },
  kubernetesEvents: { [nameOf(resources.kubernetesEvents)]: ["create"] },
  secrets: { [nameOf(resources.secrets)]: ["get"] },
  namespaces: { [`${nameOf(resources.namespaces)} kube-system`]: ["get"] },
};

describe("deploy/", () => {
  test("grants what the program uses, and nothing else", async () => {
    const expected = Object.assign({}, ...Object.values(needed)) as Record<string, readonly string[]>;
    expect(await grants("signalman.yaml", "secrets-all-namespaces.yaml")).toEqual(expected);
  });

  test("Secrets are read by name alone, and by a role that can be left out", async () => {
    expect(Object.keys(await grants("signalman.yaml"))).not.toContain("/secrets");
    expect(await grants("secrets-one-namespace.yaml")).toEqual({ "/secrets": ["get"] });
    const one = (await readManifests(join(deploy, "secrets-one-namespace.yaml"))).map(({ kind }) => kind);
    expect(one).toEqual(["Role", "RoleBinding"]);
  });

  test("leases are a matter of Signalman's own namespace", async () => {
    const roles = (await readManifests(join(deploy, "signalman.yaml"))).filter(isRole);
    const leases = roles.filter(({ rules }) => (rules as readonly Rule[]).some((rule) => rule.resources.includes("leases")));
    expect(leases.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(["Role signalman"]);
  });

  test("the container runs as nobody, changes nothing on its disk and has no capabilities", async () => {
    const { pod, container } = await deployment();
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
    expect(dockerfile).toContain(`USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}\n`);
  });

  test("SIGTERM gets longer than the 10 s in which work is finished or abandoned", async () => {
    const { pod } = await deployment();
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(20);
  });

  test("every entry starts Node with the same flags", async () => {
    const { container } = await deployment();
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: { signalman: string } };
    const commandLine = scripts.signalman.split(" ");
    expect(commandLine).toContain("--disallow-code-generation-from-strings");
    expect(container.command).toEqual(commandLine);
    const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
    const entryPoint = /^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "";
    expect(JSON.parse(entryPoint)).toEqual(commandLine);
  });

  test("the image has the Node that the package pins", async () => {
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { dependencies: { node: string } };
    const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(images)).toEqual(new Set([`node:${dependencies.node}-slim`]));
  });

  test("probes and the Service name ports that the container has", async () => {
    const { container } = await deployment();
    const ports = container.ports.map(({ name }) => name);
    for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
      expect(ports).toContain(probe.httpGet.port);
    }
    const service = (await readManifests(join(deploy, "signalman.yaml"))).find(({ kind }) => kind === "Service");
    expect(service?.["spec"]).toMatchObject({ ports: [{ targetPort: "hooks" }] });
    expect(ports).toContain("hooks");
  });

  test("kustomization.yaml names every CRD and files that exist", async () => {
    const kustomization = parse(await readFile(join(deploy, "kustomization.yaml"), "utf8")) as { resources: readonly string[] };
    const crds = (await readdir(join(deploy, "crds"))).map((file) => `crds/${file}`);
    expect(kustomization.resources.filter((file) => file.startsWith("crds/")).toSorted()).toEqual(crds.toSorted());
    for (const file of kustomization.resources) expect((await readManifests(join(deploy, file))).length).toBeGreaterThan(0);
  });
});

interface Container {
  readonly command: readonly string[];
  readonly ports: readonly { readonly name: string }[];
  readonly securityContext: unknown;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly startupProbe: Probe;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface PodSpec {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [Container];
}

async function deployment(): Promise<{ pod: PodSpec; container: Container }> {
  const found = (await readManifests(join(deploy, "signalman.yaml"))).find(({ kind }) => kind === "Deployment");
  if (found === undefined) throw new Error("deploy/signalman.yaml has no Deployment");
  const pod = (found["spec"] as { template: { spec: PodSpec } }).template.spec;
  return { pod, container: pod.containers[0] };
}

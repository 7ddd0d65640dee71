/**
 * Takes out of an object what a recording must not or need not hold (design §2, §11): managedFields, the contents of bundles (a count stays),
 * values that people wrote for templates and Helm, the Jobs' pod templates with their environment, and credentials in repository addresses.
 */
export function stripObject(object: unknown): unknown {
  const { kind, metadata, spec, ...rest } = object as {
    kind?: string;
    metadata?: Record<string, unknown>;
    spec?: Record<string, unknown>;
  };
  const { managedFields: _, annotations, ...kept } = metadata ?? {};
  return {
    ...rest,
    kind,
    metadata: { ...kept, ...withoutLastApplied(annotations) },
    ...(spec === undefined ? {} : { spec: stripSpec(kind, spec) }),
  };
}

/** kubectl's copy of the whole object, contents and all. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function withoutLastApplied(annotations: unknown): { annotations?: unknown } {
  if (typeof annotations !== "object" || annotations === null) return {};
  const { [lastApplied]: _, ...kept } = annotations as Record<string, unknown>;
  return { annotations: kept };
}

function stripSpec(kind: string | undefined, spec: Record<string, unknown>): Record<string, unknown> {
  switch (kind) {
    case "Bundle": {
      const { resources, helm: _, ...kept } = spec;
      return { ...kept, resources: { count: Array.isArray(resources) ? resources.length : 0 }, targets: names(spec["targets"]) };
    }
    case "BundleDeployment": {
      const { options: _, stagedOptions: __, ...kept } = spec;
      return kept;
    }
    case "Job": {
      const { template: _, ...kept } = spec;
      return kept;
    }
    case "Cluster": {
      const { templateValues: _, ...kept } = spec;
      return kept;
    }
    case "GitRepo":
      return { ...spec, repo: withoutCredentials(spec["repo"]) };
    default:
      return spec;
  }
}

/** Targets may carry Helm values of their own; how clusters are chosen stays. */
function names(targets: unknown): unknown {
  if (!Array.isArray(targets)) return targets;
  return targets.map((target: Record<string, unknown>) => {
    const { name, clusterName, clusterSelector, clusterGroup, clusterGroupSelector } = target;
    return { name, clusterName, clusterSelector, clusterGroup, clusterGroupSelector };
  });
}

/** `https://user:token@host/…` without the user and the token; another form has none. */
function withoutCredentials(repo: unknown): unknown {
  const url = typeof repo === "string" ? URL.parse(repo) : null;
  if (url === null || (url.password === "" && !url.protocol.startsWith("http"))) return repo;
  url.username = "";
  url.password = "";
  return url.href;
}

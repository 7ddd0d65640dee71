import type { KubernetesResource } from "./resource-path.ts";

const fleet = { group: "fleet.cattle.io", version: "v1alpha1" } as const;
const signalman = { group: "signalman.dev", version: "v1alpha1" } as const;

/** Every resource that Signalman reads or writes. */
export const resources = {
  gitRepos: { ...fleet, plural: "gitrepos" },
  bundles: { ...fleet, plural: "bundles" },
  bundleDeployments: { ...fleet, plural: "bundledeployments" },
  clusters: { ...fleet, plural: "clusters" },
  clusterGroups: { ...fleet, plural: "clustergroups" },
  jobs: { group: "batch", version: "v1", plural: "jobs" },
  notifications: { ...signalman, plural: "notifications" },
  clusterNotifications: { ...signalman, plural: "clusternotifications" },
  deliveries: { ...signalman, plural: "deliveries" },
  leases: { group: "coordination.k8s.io", version: "v1", plural: "leases" },
  kubernetesEvents: { group: "events.k8s.io", version: "v1", plural: "events" },
  secrets: { group: "", version: "v1", plural: "secrets" },
  namespaces: { group: "", version: "v1", plural: "namespaces" },
} as const satisfies Readonly<Record<string, KubernetesResource>>;

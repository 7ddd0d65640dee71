/** A kind that a world knows, with what the API server does differently from kind to kind. */
export interface KubernetesKind {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Status is written through `/status` alone. */
  readonly statusSubresource: boolean;
  /** `metadata.generation` is kept: custom resources and a few built-in kinds. */
  readonly generation: boolean;
  /** Built-in kinds differ from custom resources in small things: items of lists do not repeat their kind, for instance. */
  readonly builtIn: boolean;
  /** PUT without a resourceVersion is accepted. */
  readonly unconditionalUpdate: boolean;
  /** PUT of an object that is not there creates it. */
  readonly createOnUpdate: boolean;
}

/** `v1`, `fleet.cattle.io/v1alpha1`. */
export function apiVersionOf(kind: Pick<KubernetesKind, "group" | "version">): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

type CustomKind = Pick<KubernetesKind, "kind" | "plural"> & Partial<KubernetesKind>;

/** A custom resource as a CRD declares it. */
function custom(group: string, own: CustomKind): KubernetesKind {
  return {
    group,
    version: "v1alpha1",
    namespaced: true,
    statusSubresource: true,
    generation: true,
    builtIn: false,
    unconditionalUpdate: false,
    createOnUpdate: false,
    ...own,
  };
}

function builtIn(own: CustomKind & Pick<KubernetesKind, "group">): KubernetesKind {
  return {
    version: "v1",
    namespaced: true,
    statusSubresource: false,
    generation: false,
    builtIn: true,
    unconditionalUpdate: true,
    createOnUpdate: false,
    ...own,
  };
}

const fleet = "fleet.cattle.io";
const signalman = "signalman.dev";

/** Every kind that Signalman, Fleet's model and the tests speak of. */
export const kinds = {
  gitRepo: custom(fleet, { kind: "GitRepo", plural: "gitrepos" }),
  bundle: custom(fleet, { kind: "Bundle", plural: "bundles" }),
  bundleDeployment: custom(fleet, { kind: "BundleDeployment", plural: "bundledeployments" }),
  cluster: custom(fleet, { kind: "Cluster", plural: "clusters" }),
  clusterGroup: custom(fleet, { kind: "ClusterGroup", plural: "clustergroups" }),
  notification: custom(signalman, { kind: "Notification", plural: "notifications" }),
  clusterNotification: custom(signalman, { kind: "ClusterNotification", plural: "clusternotifications", namespaced: false }),
  delivery: custom(signalman, { kind: "Delivery", plural: "deliveries", statusSubresource: false }),
  job: builtIn({ group: "batch", kind: "Job", plural: "jobs", statusSubresource: true, generation: true }),
  lease: builtIn({
    group: "coordination.k8s.io",
    kind: "Lease",
    plural: "leases",
    unconditionalUpdate: false,
    createOnUpdate: true,
  }),
  kubernetesEvent: builtIn({ group: "events.k8s.io", kind: "Event", plural: "events", createOnUpdate: true }),
  secret: builtIn({ group: "", kind: "Secret", plural: "secrets" }),
  namespace: builtIn({ group: "", kind: "Namespace", plural: "namespaces", namespaced: false, statusSubresource: true }),
} as const satisfies Readonly<Record<string, KubernetesKind>>;

/** The kinds above as a world wants them. */
export const allKinds: readonly KubernetesKind[] = Object.values(kinds);

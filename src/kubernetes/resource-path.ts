export interface KubernetesResource {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export interface KubernetesAddress {
  /** Absent or "": all namespaces, or a cluster-scoped kind. */
  readonly namespace?: string;
  /** Absent: the collection. */
  readonly name?: string;
  readonly subresource?: "status";
}

/** `/apis/fleet.cattle.io/v1alpha1/namespaces/fleet-default/gitrepos/shop`; names are escaped, whatever is in them. */
export function resourcePath({ group, version, plural }: KubernetesResource, address: KubernetesAddress = {}): string {
  const { namespace = "", name = "", subresource } = address;
  const parts = [
    group === "" ? "/api" : `/apis/${group}`,
    version,
    ...(namespace === "" ? [] : ["namespaces", encodeURIComponent(namespace)]),
    plural,
    ...(name === "" ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return parts.join("/");
}

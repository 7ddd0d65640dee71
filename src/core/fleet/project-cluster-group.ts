import { limits } from "../limits.ts";
import type { LabelExpression, LabelSelector } from "./label-selector.ts";
import { readMetadata } from "./metadata.ts";
import { type RawObject, listOf, nameOf, objectOf, textsOf } from "./raw-value.ts";
import type { ClusterGroupRecord } from "./record.ts";

/** A ClusterGroup of `fleet.cattle.io/v1alpha1`; null where it has no identity. */
export function projectClusterGroup(object: RawObject): ClusterGroupRecord | null {
  const metadata = readMetadata(object);
  if (metadata === null) return null;
  const { uid, namespace, name } = metadata;
  return { kind: "ClusterGroup", uid, namespace, name, selector: selectorOf(objectOf(object["spec"])["selector"]) };
}

/** Fleet leaves out a group whose selector is absent or does not parse: it then has no clusters. */
function selectorOf(raw: unknown): LabelSelector | null {
  if (raw === undefined || raw === null) return null;
  const { matchLabels, matchExpressions } = objectOf(raw);
  const labels = textsOf(matchLabels);
  const expressions = listOf(matchExpressions).map((it) => expressionOf(objectOf(it)));
  if (Object.keys(labels).length + expressions.length > limits.clusterGroupTermsMax || expressions.includes(null)) return null;
  return { matchLabels: labels, matchExpressions: expressions.filter((it) => it !== null) };
}

function expressionOf({ key, operator, values }: RawObject): LabelExpression | null {
  const texts = listOf(values).slice(0, limits.clusterGroupTermsMax).map(nameOf);
  switch (operator) {
    case "In":
    case "NotIn":
      return texts.length === 0 ? null : { key: nameOf(key), operator, values: texts };
    case "Exists":
    case "DoesNotExist":
      return texts.length === 0 ? { key: nameOf(key), operator } : null;
    default:
      return null;
  }
}

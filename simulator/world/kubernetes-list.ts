import { firstKeyFrom } from "./kubernetes-collection.ts";
import type { KubernetesCollection, Snapshot } from "./kubernetes-collection.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { badRequest, expired } from "./kubernetes-problem.ts";

export interface ListQuery {
  /** "" or absent: all namespaces. */
  readonly namespace?: string;
  readonly matches?: (object: KubernetesObject) => boolean;
  /** 0 or absent: everything. */
  readonly limit?: number;
  readonly continueToken?: string;
}

export interface ListPage {
  readonly items: readonly KubernetesObject[];
  /** Of the snapshot: the same on every page. */
  readonly resourceVersion: number;
  /** "" on the last page. */
  readonly continueToken: string;
  /** What follows this page; null where a selector makes it unknown, or where nothing follows. */
  readonly remainingItemCount: number | null;
}

interface Position {
  readonly resourceVersion: number;
  /** The first key that has not been told yet. */
  readonly start: string;
}

/** In a token: go on in what is there now, since the snapshot has been forgotten. */
const inconsistent = -1;

function encode(position: Position): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: position.resourceVersion, start: position.start })).toString(
    "base64url",
  );
}

function decode(token: string): Position {
  try {
    const parsed = JSON.parse(Buffer.from(token, "base64url").toString()) as { rv?: unknown; start?: unknown };
    if (typeof parsed.rv === "number" && typeof parsed.start === "string")
      return { resourceVersion: parsed.rv, start: parsed.start };
  } catch {
    // Not ours: refused below.
  }
  throw badRequest("invalid continue token: continue key is not valid");
}

const tooOldToContinue =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue " +
  "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided " +
  "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was " +
  "returned and now may show up in the list.";

function snapshot(collection: KubernetesCollection, position: Position): Snapshot {
  const found = collection.snapshotAt(position.resourceVersion);
  if (found === null) throw expired(tooOldToContinue, encode({ ...position, resourceVersion: inconsistent }));
  return found;
}

/**
 * One page of a list. All pages of a list show the snapshot of the first. Throws 400 for a token that is none, and 410 for one whose
 * snapshot is gone; that 410 carries a token that goes on in what is there now.
 */
export function listPage(collection: KubernetesCollection, query: ListQuery & { resourceVersion: number }): ListPage {
  const asked = query.continueToken ? decode(query.continueToken) : { resourceVersion: query.resourceVersion, start: "" };
  const position = asked.resourceVersion === inconsistent ? { ...asked, resourceVersion: query.resourceVersion } : asked;
  const { keys, get: objectAt } = snapshot(collection, position);
  const namespace = query.namespace ?? "";
  // "0" is the character after "/": the keys of a namespace lie between the two.
  const end = namespace === "" ? keys.length : firstKeyFrom(keys, `${namespace}0`);
  const limit = query.limit || Number.POSITIVE_INFINITY;
  const items: KubernetesObject[] = [];
  let index = firstKeyFrom(keys, position.start > `${namespace}/` || namespace === "" ? position.start : `${namespace}/`);
  for (; index < end && items.length < limit; index += 1) {
    const object = objectAt(keys[index] ?? "");
    if (object !== undefined && (query.matches?.(object) ?? true)) items.push(object);
  }
  const resourceVersion = position.resourceVersion;
  if (index >= end) return { items, resourceVersion, continueToken: "", remainingItemCount: null };
  return {
    items,
    resourceVersion,
    continueToken: encode({ resourceVersion, start: keys[index] ?? "" }),
    remainingItemCount: query.matches === undefined ? end - index : null,
  };
}

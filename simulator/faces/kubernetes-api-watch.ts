import type { ServerResponse } from "node:http";
import { selectorOf } from "./kubernetes-api-answer.ts";
import type { KubernetesApiFaults } from "./kubernetes-api-faults.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import type { KubernetesChange } from "../world/kubernetes-collection.ts";
import { apiVersionOf } from "../world/kubernetes-kind.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObject } from "../world/kubernetes-object.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";
import { KubernetesProblem, expired } from "../world/kubernetes-problem.ts";

export interface WatchInput {
  readonly world: KubernetesObjects;
  readonly request: KubernetesApiRequest & { readonly kind: KubernetesKind };
  readonly response: ServerResponse;
  readonly faults: KubernetesApiFaults;
  readonly bookmarkMs: number;
}

interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
}

/** Without `timeoutSeconds` the API server ends a watch after 30 to 60 minutes. */
const timeoutSecondsDefault = 1_800;

/**
 * A change as a watch with a selector tells it: what begins to match is ADDED, what ceases to match is DELETED (with its last matching
 * state under the new resourceVersion). Null where it concerns the watch in no way.
 */
function seenThrough(change: KubernetesChange, matches: (object: KubernetesObject) => boolean): WatchEvent | null {
  const before = change.previous !== null && matches(change.previous);
  const now = change.type !== "DELETED" && matches(change.object);
  if (now) return { type: before ? "MODIFIED" : "ADDED", object: change.object };
  if (!before || change.previous === null) return null;
  if (change.type === "DELETED") return { type: "DELETED", object: change.object };
  const { resourceVersion } = change.object.metadata;
  return { type: "DELETED", object: { ...change.previous, metadata: { ...change.previous.metadata, resourceVersion } } };
}

/** One open watch: writes events until its time is over, its client is gone, or a fault ends it. */
class Watch {
  readonly #input: WatchInput;
  readonly #matches: (object: KubernetesObject) => boolean;
  readonly #bookmarks: boolean;
  readonly #cleanup: (() => void)[] = [];
  #silent = false;

  constructor(input: WatchInput) {
    const { request } = input;
    const selected = selectorOf(request.query);
    this.#input = input;
    this.#bookmarks = request.query.get("allowWatchBookmarks") === "true";
    this.#matches = (object) =>
      (request.namespace === "" || object.metadata.namespace === request.namespace) && (selected?.(object) ?? true);
  }

  start(): void {
    const { world, request, response, faults, bookmarkMs } = this.#input;
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    response.once("close", () => this.#end());
    this.#tellWhatWas();
    if (response.writableEnded) return;
    this.#cleanup.push(
      world.subscribe((change) => {
        if (change.kind === request.kind) this.#tell(seenThrough(change, this.#matches));
      }),
      faults.opened({
        cut: () => response.destroy(),
        silence: () => this.silence(),
        expire: () => this.expire(),
      }),
    );
    const timeoutMs = 1_000 * (Number(request.query.get("timeoutSeconds")) || timeoutSecondsDefault);
    const bookmarking = setInterval(() => this.#tellBookmark(), bookmarkMs);
    const ending = setTimeout(() => this.#finish(), timeoutMs);
    this.#cleanup.push(
      () => clearInterval(bookmarking),
      () => clearTimeout(ending),
    );
  }

  /** From now on nothing is told. */
  silence(): void {
    this.#silent = true;
  }

  /** Ends the watch as the API server does when its history is compacted. */
  expire(): void {
    this.#fail(expired("The resourceVersion for the provided watch is too old."));
  }

  /** What happened since the asked resourceVersion; without one, everything that is there. */
  #tellWhatWas(): void {
    const { world, request } = this.#input;
    const from = request.query.get("resourceVersion") ?? "";
    const sendsInitial = request.query.get("sendInitialEvents") === "true";
    if (from === "" || from === "0" || sendsInitial) {
      for (const object of world.list(request.kind, { matches: this.#matches }).items) this.#tell({ type: "ADDED", object });
      if (sendsInitial) this.#tellBookmark({ "k8s.io/initial-events-end": "true" });
      return;
    }
    try {
      for (const change of world.changesSince(request.kind, Number(from))) this.#tell(seenThrough(change, this.#matches));
    } catch (error) {
      if (!(error instanceof KubernetesProblem)) throw error;
      this.#fail(error);
    }
  }

  #tell(event: WatchEvent | null): void {
    if (event !== null && !this.#silent) this.#input.response.write(`${JSON.stringify(event)}\n`);
  }

  #tellBookmark(annotations?: Readonly<Record<string, string>>): void {
    if (!this.#bookmarks) return;
    const { world, request } = this.#input;
    const metadata = { resourceVersion: String(world.resourceVersion), ...(annotations === undefined ? {} : { annotations }) };
    this.#tell({ type: "BOOKMARK", object: { kind: request.kind.kind, apiVersion: apiVersionOf(request.kind), metadata } });
  }

  /** The API server tells where a watch stands before its time is over. */
  #finish(): void {
    this.#tellBookmark();
    if (!this.#silent) this.#input.response.end();
  }

  #fail(problem: KubernetesProblem): void {
    if (this.#input.response.writableEnded) return;
    this.#tell({ type: "ERROR", object: problem.status });
    this.#input.response.end();
  }

  #end(): void {
    for (const clean of this.#cleanup) clean();
    this.#cleanup.length = 0;
  }
}

/** Serves one watch, or what a fault makes of it. A bad selector throws 400 before anything is sent. */
export function serveWatch(input: WatchInput, fault: "silence" | "gone" | null): void {
  const watch = new Watch(input);
  if (fault === "silence") watch.silence();
  watch.start();
  if (fault === "gone") watch.expire();
}

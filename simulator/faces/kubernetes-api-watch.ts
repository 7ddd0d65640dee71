import type { ServerResponse } from "node:http";
import { notANumber, selectorOf } from "./kubernetes-api-answer.ts";
import type { KubernetesApiFaults, WatchFault } from "./kubernetes-api-faults.ts";
import type { KubernetesApiRequest } from "./kubernetes-api-request.ts";
import type { KubernetesChange } from "../world/kubernetes-collection.ts";
import { apiVersionOf } from "../world/kubernetes-kind.ts";
import type { KubernetesKind } from "../world/kubernetes-kind.ts";
import type { KubernetesObject } from "../world/kubernetes-object.ts";
import type { KubernetesObjects } from "../world/kubernetes-objects.ts";
import { KubernetesProblem, expired, unexpected } from "../world/kubernetes-problem.ts";

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
/** The API server tells where a watch stands this long before its time is over. */
const lastBookmarkMs = 2_000;

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
  /** Where the kind stood when the watch began. */
  readonly #began: number;
  readonly #cleanup: (() => void)[] = [];
  readonly #slowMs: number;
  #silent = false;

  constructor(input: WatchInput, fault: WatchFault | null) {
    const { request } = input;
    const selected = selectorOf(request.query);
    this.#input = input;
    this.#began = input.world.lastChangeOf(request.kind);
    this.#bookmarks = request.query.get("allowWatchBookmarks") === "true" && fault?.kind !== "noBookmarks";
    this.#slowMs = fault?.kind === "slowEvents" ? fault.ms : 0;
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
        cut: () => {
          this.#end();
          response.destroy();
        },
        silence: () => this.silence(),
        expire: () => this.expire(),
      }),
    );
    const timeoutMs = 1_000 * (Number(request.query.get("timeoutSeconds")) || timeoutSecondsDefault);
    const timers = [setInterval(() => this.#tellBookmark(), bookmarkMs), setTimeout(() => this.#finish(), timeoutMs)];
    if (timeoutMs > lastBookmarkMs) timers.push(setTimeout(() => this.#tellBookmark(), timeoutMs - lastBookmarkMs));
    this.#cleanup.push(() => {
      for (const timer of timers) clearTimeout(timer);
    });
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
      // Also where nobody asked for initial events: a watch without a version is the same to the API server.
      if (from === "" || sendsInitial) this.#tellInitialEnd();
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
    if (event === null || this.#silent) return;
    const line = `${JSON.stringify(event)}\n`;
    if (this.#slowMs === 0) this.#input.response.write(line);
    else this.#later(() => this.#input.response.write(line));
  }

  /** Lines are delayed equally, so they stay in order; what is not written when the watch ends is lost on the way. */
  #later(write: () => void): void {
    const timer = setTimeout(write, this.#slowMs);
    this.#cleanup.push(() => clearTimeout(timer));
  }

  /**
   * The API server says how far it has seen *this kind* (in any namespace), and only where that is further than when the watch began:
   * a watch on a quiet kind hears nothing at all.
   */
  #tellBookmark(): void {
    const seen = this.#input.world.lastChangeOf(this.#input.request.kind);
    if (seen > this.#began) this.#tellWhereItStands({ resourceVersion: String(seen) });
  }

  #tellInitialEnd(): void {
    const annotations = { "k8s.io/initial-events-end": "true" };
    this.#tellWhereItStands({ resourceVersion: String(this.#input.world.resourceVersion), annotations });
  }

  #tellWhereItStands(metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }): void {
    if (!this.#bookmarks) return;
    const { request } = this.#input;
    const spec = request.kind.builtIn ? { spec: {} } : {};
    this.#tell({
      type: "BOOKMARK",
      object: { kind: request.kind.kind, apiVersion: apiVersionOf(request.kind), metadata, ...spec },
    });
  }

  #finish(): void {
    if (!this.#silent) this.#input.response.end();
  }

  #fail(problem: KubernetesProblem): void {
    if (this.#input.response.writableEnded) return;
    this.#end();
    this.#tell({ type: "ERROR", object: problem.status });
    this.#input.response.end();
  }

  #end(): void {
    for (const clean of this.#cleanup) clean();
    this.#cleanup.length = 0;
  }
}

function checkOptions({ query }: KubernetesApiRequest): void {
  const version = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(version)) throw unexpected(notANumber(version));
  if (!query.has("sendInitialEvents") || query.get("resourceVersionMatch") === "NotOlderThan") return;
  const message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
  throw new KubernetesProblem({
    code: 422,
    reason: "Invalid",
    message: `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${message}`,
    details: {
      group: "meta.k8s.io",
      kind: "ListOptions",
      causes: [{ reason: "FieldValueForbidden", message, field: "resourceVersionMatch" }],
    },
  });
}

/** Serves one watch, or what a fault makes of it. Bad options throw before anything is sent. */
export function serveWatch(input: WatchInput, fault: WatchFault | null): void {
  checkOptions(input.request);
  const watch = new Watch(input, fault);
  if (fault?.kind === "silence") watch.silence();
  watch.start();
  if (fault?.kind === "gone") watch.expire();
}

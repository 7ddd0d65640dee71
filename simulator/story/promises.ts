import { demoNames, type DemoWorld } from "../demo-world.ts";
import { eventOf, shownByFleet, statusContext } from "./expectation.ts";

/**
 * Watches the demo's world for what must never be: a success that the clusters deny. `broken` also looks at what is left at the end: a
 * message that arrived twice, one that came after a later one, a status that stays pending.
 */
export class Promises {
  readonly #world: DemoWorld;
  readonly #lies: string[] = [];
  readonly #stop: () => void;

  constructor(world: DemoWorld) {
    this.#world = world;
    this.#stop = world.gitHub.onRequest(({ method, path, body, status }) => {
      const isSuccess = (body as { readonly state?: string } | undefined)?.state === "success";
      if (method !== "POST" || !path.includes("/statuses/") || status >= 300 || !isSuccess) return;
      const shown = shownByFleet(world)?.commit ?? "";
      const held = world.clustersWith(shown);
      if (held < demoNames.clusters.length) this.#lies.push(`success was said while ${held} clusters held ${shown.slice(0, 7)}`);
    });
  }

  /** What was promised and is not so; empty where all is well. Ends the watching. */
  broken(): readonly string[] {
    this.#stop();
    return [...this.#lies, ...this.#repeated(), ...this.#outOfOrder(), ...this.#pending()];
  }

  #repeated(): string[] {
    const ids = this.#world.receiver.accepted().map(({ headers }) => headers["webhook-id"] ?? "");
    return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} was accepted twice`);
  }

  #outOfOrder(): string[] {
    const last = new Map<string, number>();
    return this.#world.receiver.accepted().flatMap(({ body }) => {
      const { stream = "", sequence = 0 } = eventOf(body) ?? {};
      const before = last.get(stream) ?? -1;
      last.set(stream, sequence);
      return sequence > before ? [] : [`sequence ${sequence} came after ${before}`];
    });
  }

  #pending(): string[] {
    const { gitHub } = this.#world;
    const shas = new Set(gitHub.requests.flatMap(({ path }) => /\/statuses\/([0-9a-f]{40})$/.exec(path)?.[1] ?? []));
    return [...shas].flatMap((sha) => {
      const status = gitHub.latestStatuses(demoNames.repository, sha).get(statusContext);
      return status?.state === "pending" ? [`${sha.slice(0, 7)} is left pending: ${status.description ?? ""}`] : [];
    });
  }
}

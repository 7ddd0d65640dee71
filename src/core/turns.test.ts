import { describe, expect, test } from "vitest";
import { cluster, notification, type Rollout, shaOf } from "../../bench/rollout-objects.ts";
import { modifiedRollout, put } from "../../test/samples/rollout-inputs.ts";
import { newCoreState } from "./core-state.ts";
import type { Outcome } from "./delivery/outcome.ts";
import { limits } from "./limits.ts";
import { anyRepository } from "./notification/repository-policy.ts";
import { type CoreInput, dueMs, step } from "./step.ts";

const startMs = Date.UTC(2026, 10, 23, 12);
const delivered: Outcome = { kind: "delivered" };
const gitReposCount = 4 * Math.ceil(limits.decidedObjectsMax / limits.objectsInDecision);

function rolloutOf(index: number): Rollout {
  const name = `repo-${index}`;
  return { gitRepo: name, commit: shaOf(name), repo: `https://git.example.com/acme/${name}.git`, clusters: ["c0"] };
}

const noticed = (url: string, modified: "failure" | "ignore", generation: number): CoreInput => {
  const object = notification([{ name: "hook", webhook: { url } }], modified);
  return { kind: "notification", change: { kind: "put", object: { ...object, metadata: { ...object.metadata, generation } } } };
};

/** A core with many GitRepos, around which every save succeeds and every question about history has no answer. */
class Player {
  readonly state = newCoreState({ shard: "", repositoryPolicy: anyRepository });
  readonly sentTo: string[] = [];
  outcome = delivered;
  now = startMs;

  constructor(first: CoreInput) {
    const rollouts = Array.from({ length: gitReposCount }, (_, index) => rolloutOf(index));
    const objects = [...put({ ...cluster("c0"), kind: "Cluster" }, "c0"), ...rollouts.flatMap(modifiedRollout)];
    this.rest({ kind: "loaded", documents: [] }, first, ...objects, { kind: "synced" });
  }

  /** One turn; what came of its effects is given to the next one. */
  turn(...inputs: CoreInput[]): CoreInput[] {
    return step(this.state, inputs, this.now).flatMap((effect): CoreInput[] => {
      if (effect.kind === "save") return [{ kind: "saved", namespace: effect.document.namespace, name: effect.document.name }];
      if (effect.kind === "ask") {
        const answer = { kind: "noRepository", reason: "" } as const;
        return [{ kind: "answered", inquiry: effect.inquiry, askedMs: this.now, answer }];
      }
      if (effect.kind !== "send") return [];
      const { rule, stream } = effect.send;
      if (rule.config.type === "webhook") this.sentTo.push(rule.config.url);
      return [{ kind: "sent", stream, outcome: this.outcome }];
    });
  }

  /** Turns until nothing is due for some seconds. */
  rest(...inputs: CoreInput[]): void {
    let next = inputs;
    for (const endMs = this.now + 5_000; this.now < endMs;) {
      next = this.turn(...next);
      if (next.length === 0) this.now = Math.max(this.now + 1, Math.min(endMs, dueMs(this.state)));
    }
  }
}

describe("a change that touches every GitRepo", () => {
  test("is judged in turns, so that the event loop is not held, and each message is told all the same", () => {
    const player = new Player(noticed("https://hooks.example.com/a", "failure", 1));
    const before = player.sentTo.length;
    const answers = player.turn(noticed("https://hooks.example.com/a", "ignore", 2));
    expect(player.state.touched.size).toBeGreaterThan(gitReposCount / 2);
    expect(dueMs(player.state)).toBe(0);
    player.rest(...answers);
    expect(player.state.touched.size).toBe(0);
    expect(player.sentTo.length - before).toBe(gitReposCount);
  });

  test("lets nothing leave under the rules from before: what the new ones would heal is not tried once more by the old", () => {
    const player = new Player(noticed("https://hooks.example.com/wrong", "failure", 1));
    player.outcome = { kind: "park", code: "Refused", reason: "404" };
    player.rest(noticed("https://hooks.example.com/wrong", "ignore", 2));
    expect(player.sentTo.length).toBe(gitReposCount);
    player.sentTo.length = 0;
    player.outcome = delivered;
    player.rest(noticed("https://hooks.example.com/right", "ignore", 3));
    expect(new Set(player.sentTo)).toEqual(new Set(["https://hooks.example.com/right"]));
  });
});

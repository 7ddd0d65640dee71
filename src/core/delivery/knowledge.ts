import type { PullRequest, RelationOrUnknown } from "../history/relation.ts";
import type { Rule } from "../notification/rule.ts";
import type { StreamState } from "./stream.ts";

/** What is known of the repository's history; asking for what is not known notes a question (core/history/history.ts). */
export interface Knowledge {
  /** How `head` stands to `base`. */
  relation(base: string, head: string): RelationOrUnknown;
  /** null: asked for, not known yet. */
  pullRequests(base: string, head: string): readonly PullRequest[] | null;
}

/** After `maxHold` a webhook goes on with what is known: Fleet's observed order, no pull requests (design §7, "unknown"). */
export function patient(knowledge: Knowledge, { stream, rule }: { stream: StreamState; rule: Rule }, now: number): Knowledge {
  const isOver = rule.config.type === "webhook" && now - stream.holdSinceMs >= rule.timing.maxHoldMs;
  if (!isOver) return knowledge;
  return {
    relation: (base, head) => {
      const relation = knowledge.relation(base, head);
      return relation === "unknownYet" ? "unknownEver" : relation;
    },
    pullRequests: (base, head) => knowledge.pullRequests(base, head) ?? [],
  };
}

import type { Fate, Message } from "./message.ts";

/** What a commit status says: GitHub's state, and one line of at most `limits.statusDescriptionMax` code points. */
export interface CommitState {
  readonly state: "pending" | "success" | "failure" | "error";
  readonly description: string;
}

export function statusDescription(message: Message): CommitState {
  return { state: "pending", description: message.commit };
}

export function fateDescription(fate: Fate, message: Message): CommitState {
  return { state: "pending", description: fate.commit + message.commit };
}

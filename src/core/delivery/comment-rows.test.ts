import { describe, expect, test } from "vitest";
import { sampleMessage } from "../message/sample-message.ts";
import type { CommentRow } from "../message/comment-row.ts";
import { commentRows, rowOf } from "./comment-rows.ts";
import { newDeliveryState, openStream } from "./state.ts";
import type { StreamState } from "./stream.ts";

const repo = "https://github.com/acme/shop";
const message = { ...sampleMessage("GitRepoReady"), commit: "c9" };

/** Two GitRepos of one repository under one Notification; commits are named in their order, the pull request came in with c3. */
function rows(prepare: (other: StreamState) => void): readonly CommentRow[] {
  const state = newDeliveryState("");
  const open = (gitRepoName: string) => {
    const notification = { kind: "Notification", namespace: "fleet-default", name: "n" } as const;
    const identity = { notification, destination: "pr", gitRepoNamespace: "fleet-default", gitRepoName, target: "", subject: "" };
    return Object.assign(openStream(state, identity), { destinationType: "pullRequestComment", repo });
  };
  const [stream, other] = [open("one"), open("other")];
  prepare(other);
  const relation = (base: string, head: string) => (base === head ? "same" : base < head ? "ahead" : "behind");
  return (commentRows(state, { stream, message, mergeCommit: "c3" }, relation) ?? []).filter((it) => it !== undefined);
}

const row = (fields: Partial<CommentRow>): CommentRow => ({ ...rowOf(message), gitRepo: "fleet-default/z-other", ...fields });
const shown = (prepare: (other: StreamState) => void) =>
  rows(prepare)
    .filter((it) => it.gitRepo === "fleet-default/z-other")
    .map(({ state, commit }) => `${state} ${commit}`);

describe("another GitRepo's row in a pull request's comment", () => {
  test("is what its last message said, where that contains the pull request", () => {
    expect(shown((it) => (it.row = row({ state: "failed", commit: "c4" })))).toEqual(["failed c4"]);
    expect(shown((it) => (it.row = row({ state: "failed", commit: "c2" })))).toEqual([]);
  });

  test("stays deployed while a later commit is in progress or fails", () => {
    expect(
      shown((it) => {
        it.row = row({ state: "inProgress", commit: "c5" });
        it.deployedRow = row({ state: "deployed", commit: "c4" });
      }),
    ).toEqual(["deployed c4"]);
  });

  test("is deployed with the commit that was gone back to, where that has the pull request", () => {
    const rolledBack = (rolledBackTo: string) => row({ state: "rolledBack", commit: "c6", rolledBackTo });
    expect(shown((it) => (it.row = rolledBack("c4")))).toEqual(["deployed c4"]);
    expect(shown((it) => (it.row = rolledBack("c2")))).toEqual(["rolledBack c6"]);
  });

  test("is what is on the wire: two that tell at the same time do not undo each other", () => {
    const gitRepo = { ...message.gitRepo, namespace: "fleet-default", name: "z-other" };
    expect(
      shown((it) => {
        it.row = row({ state: "inProgress", commit: "c5" });
        it.queue = [{ ...message, gitRepo, commit: "c5" }];
        it.head.phase = "sending";
      }),
    ).toEqual(["deployed c5"]);
  });
});

import { expect, test } from "vitest";
import { sampleGitRepo, sampleRollout, sampleRule } from "../../../test/samples/rollout.ts";
import { ahead, streamPlayer } from "../../../test/samples/stream-player.ts";
import { consider } from "./consider.ts";
import type { DeliveryDocument } from "./delivery-document.ts";
import type { Knowledge } from "./knowledge.ts";
import { orphan } from "./orphan.ts";
import { newDeliveryState } from "./state.ts";
import { step } from "./step.ts";

const maxHoldMs = sampleRule("webhook").timing.maxHoldMs;
const unknown: Knowledge = { relation: () => "unknownYet", pullRequests: () => null };

/** Tells a stream of an outcome while nothing is known of history, and again after `laterMs`; returns when it wants to look again. */
function wakes(type: "webhook" | "commitStatus", laterMs: number): number {
  const state = newDeliveryState("");
  const rule = sampleRule(type);
  const look = (now: number) =>
    consider(state, { rule, rollout: sampleRollout("a", "failed"), memory: "", knowledge: unknown }, now).wakeAtMs;
  look(1_000_000);
  return look(1_000_000 + laterMs);
}

test("a status that waits for history is looked at again when an answer comes, however long that takes", () => {
  expect(wakes("commitStatus", 1)).toBe(Infinity);
  expect(wakes("commitStatus", maxHoldMs + 1)).toBe(Infinity);
});

test("a webhook that waits for history goes on after maxHold", () => {
  expect(wakes("webhook", 1)).toBe(1_000_000 + maxHoldMs);
});

test("first sight: of a GitRepo that was just made, and after the Notification, a settled rollout is news", () => {
  const isTold = ({ ageMs, notificationAgeMs }: { ageMs: number; notificationAgeMs: number }) => {
    const [state, now] = [newDeliveryState(""), 10_000_000];
    const rule = { ...sampleRule("webhook"), creationMs: now - notificationAgeMs };
    const rollout = sampleRollout("a", "ready", { gitRepo: sampleGitRepo({ commit: "a", creationMs: now - ageMs }) });
    consider(state, { rule, rollout, memory: "", knowledge: ahead }, now);
    return [...state.streams.values()].some((it) => it.queue.length > 0);
  };
  expect(isTold({ ageMs: 20_000, notificationAgeMs: 3_600_000 })).toBe(true);
  expect(isTold({ ageMs: 120_000, notificationAgeMs: 3_600_000 })).toBe(false);
  expect(isTold({ ageMs: 20_000, notificationAgeMs: 10_000 })).toBe(false);
});

test("a webhook whose process was killed on the way, and that is said again once it is confirmed anew, keeps id and body", () => {
  const { look, crash } = streamPlayer("webhook");
  look(sampleRollout("a", "deploying"));
  const [before] = look(sampleRollout("a", "ready"));
  crash();
  expect(look(sampleRollout("a", "deploying"))).toEqual([]);
  const [after] = look(sampleRollout("a", "ready"));
  expect(after?.message).toEqual(before?.message);
});

test("a first rollout that was seen to begin is told though the process is killed right after", () => {
  const { look, crash } = streamPlayer("webhook");
  expect(look(sampleRollout("a", "deploying"))).toEqual([]);
  crash();
  expect(look(sampleRollout("a", "ready")).map((it) => it.message.event)).toEqual(["GitRepoReady"]);
});

test("a commit that comes back after a step back of unknown outcome is told until that arrives, though it was told before the step", () => {
  const knowledge: Knowledge = {
    relation: (base, head) => (base === head ? "same" : base < head ? "ahead" : "behind"),
    pullRequests: () => [],
  };
  const { look, answer, crash } = streamPlayer("webhook", knowledge);
  look(sampleRollout("b", "deploying"));
  for (const send of look(sampleRollout("b", "ready"))) answer(send.stream);
  expect(look(sampleRollout("a", "ready", { wanted: true })).map((it) => it.message.event)).toEqual(["GitRepoRolledBack"]);
  crash();
  const [before] = look(sampleRollout("b", "ready"));
  crash();
  const [after] = look(sampleRollout("b", "ready"));
  expect(after?.message).toMatchObject({ event: "GitRepoReady", commit: "b" });
  expect(after?.message).toEqual(before?.message);
});

test("of a GitRepo made anew it is told what may not have arrived of the former one", () => {
  const { look, answer, crash } = streamPlayer("webhook");
  look(sampleRollout("a", "deploying"));
  for (const send of look(sampleRollout("a", "ready"))) answer(send.stream);
  expect(look(sampleRollout("b", "failed")).map((it) => it.message.event)).toEqual(["GitRepoFailed"]);
  crash();
  const { gitRepo, key } = sampleRollout("b", "failed");
  const another = { gitRepo: { ...gitRepo, uid: "another" }, key: { ...key, gitRepoUid: "another" } };
  const [told] = look(sampleRollout("b", "failed", another));
  expect(told?.message).toMatchObject({ event: "GitRepoFailed", commit: "b", gitRepo: { uid: "another" } });
});

test("a replaced commit that Fleet went back to, and left before that was told, shares the outcome of what came then", () => {
  const knowledge: Knowledge = {
    relation: (base, head) => (base === head ? "same" : base < head ? "ahead" : "behind"),
    pullRequests: () => [],
  };
  const { look, answer, crash } = streamPlayer("commitStatus", knowledge);
  for (const commit of ["a", "b"]) for (const send of look(sampleRollout(commit, "deploying"))) answer(send.stream);
  expect(look(sampleRollout("a", "ready", { wanted: true })).map((it) => it.message.event)).toEqual(["GitRepoRolledBack"]);
  crash();
  const [told] = look(sampleRollout("c", "ready"));
  expect(told?.message.fates).toEqual([
    { commit: "b", fate: "deployed" },
    { commit: "a", fate: "deployed" },
  ]);
});

test("what may have been told is compared with, though something was attempted after it of which nobody could tell where it stands", () => {
  const relations: Readonly<Record<string, ReturnType<Knowledge["relation"]>>> = {
    ac: "unknownEver",
    cd: "ahead",
    ad: "diverged",
  };
  const knowledge: Knowledge = {
    relation: (base, head) => relations[base + head] ?? "same",
    pullRequests: () => [],
  };
  const { look, crash } = streamPlayer("webhook", knowledge);
  const told = ["a", "c", "d"].map((commit) => {
    look(sampleRollout(commit, "deploying"));
    const [send] = look(sampleRollout(commit, "ready", { wanted: true }));
    crash();
    return send?.message.relation;
  });
  expect(told).toEqual(["first", "unknownEver", "diverged"]);
});

test("what was on the way is forgotten as soon as something else is said", () => {
  const { look, answer, crash } = streamPlayer("webhook");
  look(sampleRollout("a", "deploying"));
  const [before] = look(sampleRollout("a", "ready"));
  crash();
  const [other] = look(sampleRollout("b", "failed"));
  answer(other?.stream ?? "");
  const [later] = look(sampleRollout("b", "ready"));
  expect(new Set([before, other, later].map((it) => it?.message.id)).size).toBe(3);
});

test("a commit that was closed with 'No longer reported' is told anew when it is reported again", () => {
  const { look, answer, orphan: mute } = streamPlayer("commitStatus");
  for (const send of look(sampleRollout("a", "deploying"))) answer(send.stream);
  const [closing] = mute("muted");
  expect(closing?.message.fates).toEqual([{ commit: "a", fate: "unreported" }]);
  answer(closing?.stream ?? "");
  expect(look(sampleRollout("a", "failed")).map((it) => it.message.event)).toEqual(["GitRepoFailed"]);
});

test("what an account left pending is closed by that account, also after a restart without its Notification", () => {
  const token = { namespace: "fleet-default", name: "ghes", key: "token" };
  const account = { apiUrl: "https://ghes.example.com/api/v3", credentials: { kind: "token", token } } as const;
  const { look, answer, rule, crash, orphan: remove } = streamPlayer("commitStatus");
  rule({ ...sampleRule("commitStatus"), account });
  for (const send of look(sampleRollout("a", "deploying"))) answer(send.stream);
  crash();
  const [closing] = remove("unreported");
  expect(closing?.message.fates).toEqual([{ commit: "a", fate: "unreported" }]);
  expect(closing?.rule.account).toEqual(account);
});

test("a commit whose 'No longer reported' may not have arrived, and that is replaced by then, waits for the one that replaced it", () => {
  const knowledge: Knowledge = {
    relation: (base, head) => (base === head ? "same" : base < head ? "ahead" : "behind"),
    pullRequests: () => [],
  };
  const { look, answer, crash, orphan: mute } = streamPlayer("commitStatus", knowledge);
  for (const send of look(sampleRollout("b", "ready"))) answer(send.stream);
  for (const send of look(sampleRollout("c", "deploying"))) answer(send.stream);
  expect(look(sampleRollout("a", "deploying", { wanted: true }))).toHaveLength(1);
  crash();
  expect(mute("muted")).toHaveLength(1);
  crash();
  const [next] = look(sampleRollout("d", "deploying"));
  expect(next?.message.fates).toContainEqual({ commit: "a", fate: "waiting" });
});

test("when the older commit fails after a step back, the newer ones that never settled are left behind, not left pending", () => {
  const knowledge: Knowledge = { relation: (base, head) => (base < head ? "ahead" : "behind"), pullRequests: () => [] };
  const { look, answer } = streamPlayer("commitStatus", knowledge);
  for (const send of look(sampleRollout("b", "deploying"))) answer(send.stream);
  const [back] = look(sampleRollout("a", "failed", { wanted: true }));
  expect(back?.message.fates).toEqual([{ commit: "b", fate: "leftBehind" }]);
});

test("another attempt at a commit that was just told says nothing anew, though the first answer is lost", () => {
  const { look, crash } = streamPlayer("webhook");
  look(sampleRollout("a", "deploying"));
  const [before] = look(sampleRollout("a", "ready"));
  crash();
  const key = { gitRepoUid: "uid-shop", commit: "a", generation: 2, forceSyncGeneration: 0 };
  const [after] = look(sampleRollout("a", "ready", { key }));
  expect(after?.message).toEqual(before?.message);
});

test.each([
  ["somebody changed a label of the Delivery: nothing is told twice", (it: DeliveryDocument) => it, 0],
  [
    "another process wrote an older position: the receiver may have seen it, and is told again",
    ({ spec, ...it }: DeliveryDocument): DeliveryDocument => ({
      ...it,
      spec: { ...spec, streams: spec.streams.map((text) => text.replaceAll('"commit":"a"', '"commit":"0"')) },
    }),
    1,
  ],
] as const)("a write that conflicts: %s", (_, written, told) => {
  const rule = sampleRule("webhook");
  const state = newDeliveryState("");
  const knowledge = ahead;
  consider(state, { rule, rollout: sampleRollout("a", "failed"), memory: "", knowledge }, 1_000);
  const save = step(state, null, 1_000).find((it) => it.kind === "save");
  if (save === undefined) throw new Error("nothing was saved");
  const { namespace, name } = save.document;
  const send = step(state, { kind: "saved", namespace, name }, 1_000).find((it) => it.kind === "send");
  step(state, { kind: "sent", stream: send?.send.stream ?? "", outcome: { kind: "delivered" } }, 1_000);
  step(state, null, 9_000);
  const stored = written(save.document);
  step(state, { kind: "saveConflicted", namespace, name, stored }, 9_000);
  consider(state, { rule, rollout: sampleRollout("a", "failed"), memory: "", knowledge }, 9_000);
  expect([...state.streams.values()].flatMap((it) => it.queue)).toHaveLength(told);
});

test("what waits under `every` is kept when it is written again before its rule is known: after a restart, or while it is suspended", () => {
  const rule = sampleRule("webhook", { order: "every" });
  const [first, second] = [newDeliveryState(""), newDeliveryState("")];
  for (const commit of ["a", "b", "c"]) {
    consider(first, { rule, rollout: sampleRollout(commit, "failed"), memory: "", knowledge: ahead }, 1_000);
  }
  const save = step(first, null, 1_000).find((it) => it.kind === "save");
  const documents = save === undefined ? [] : [save.document];
  step(second, { kind: "loaded", documents }, 2_000);
  for (const stream of second.streams.values()) orphan(second, { stream, reason: "muted" }, 2_000);
  const again = step(second, null, 60_000).find((it) => it.kind === "save");
  const [text = "{}"] = again?.document.spec.streams ?? [];
  const { queue } = JSON.parse(text) as { queue: readonly { sequence: number }[] };
  expect(queue.map((it) => it.sequence)).toEqual([1, 2, 3]);
});

test("what waits for a receiver is not sent while its Notification is suspended, and no longer said when it is not so any more", () => {
  const { look, orphan: mute, crash } = streamPlayer("webhook");
  look(sampleRollout("a", "deploying"));
  expect(look(sampleRollout("a", "failed"))).toHaveLength(1);
  crash();
  expect(mute("muted")).toEqual([]);
  expect(look(sampleRollout("b", "failed")).map((it) => it.message.commit)).toEqual(["b"]);
});

import { expect, test } from "vitest";
import { sampleRollout } from "../../../test/samples/rollout.ts";
import { streamPlayer } from "../../../test/samples/stream-player.ts";
import type { Outcome } from "./outcome.ts";

const limited: Outcome = { kind: "retry", reason: "429", notBeforeMs: 0, endpointUntilMs: 0 };
const gone: Outcome = { kind: "park", code: "Gone", reason: "410" };

test.each([
  ["webhook", limited],
  ["webhook", gone],
  ["commitStatus", limited],
] as const)("a %s that has failed (%j) is not tried again before what came while it was on the wire", (type, outcome) => {
  const { look, answer } = streamPlayer(type);
  for (const send of look(sampleRollout("a", "deploying"))) answer(send.stream);
  const [onTheWire] = look(sampleRollout("a", "ready"));
  expect(look(sampleRollout("b", "failed"))).toEqual([]);
  answer(onTheWire?.stream ?? "", outcome);
  const sent = look(sampleRollout("b", "failed"));
  expect(sent.map(({ message }) => `${message.event} ${message.commit}`)).toEqual(["GitRepoFailed b"]);
});

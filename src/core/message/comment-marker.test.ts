import * as fc from "fast-check";
import { expect, test } from "vitest";
import { commentMarker, hasCommentMarker, type CommentOwner } from "./comment-marker.ts";

const owner: CommentOwner = {
  instance: { name: "", cluster: "0d3a1a5e-3a42-4c7e-9a53-6f3f0f1f2a11", shard: "" },
  notification: { kind: "Notification", namespace: "fleet-default", name: "deployments" },
  destination: "pr",
};

test("the marker names instance, shard, Notification and destination", () => {
  expect(commentMarker(owner)).toBe("<!-- signalman:v1 0d3a1a5e-3a42-4c7e-9a53-6f3f0f1f2a11//fleet-default:deployments/pr -->");
  expect(
    commentMarker({
      instance: { name: "eu", cluster: "uid", shard: "s1" },
      notification: { kind: "ClusterNotification", namespace: "", name: "all" },
      destination: "pr",
    }),
  ).toBe("<!-- signalman:v1 eu@uid/s1/all/pr -->");
});

test("no name ends the comment or passes for another owner's", () => {
  const part = fc.string({ unit: fc.constantFrom("-", "--", ">", "/", ":", "@", "%", "a", "é", "\n", "!"), maxLength: 6 });
  const owners = fc.record({
    instance: fc.record({ name: part, cluster: part.map((it) => `u${it}`), shard: part }),
    notification: fc.record({
      kind: fc.constantFrom("Notification" as const, "ClusterNotification" as const),
      namespace: part.map((it) => `n${it}`),
      name: part.map((it) => `n${it}`),
    }),
    destination: part,
  });
  const identity = ({ instance, notification, destination }: CommentOwner) =>
    JSON.stringify([
      instance,
      notification.kind,
      notification.kind === "Notification" ? notification.namespace : "",
      notification.name,
      destination,
    ]);
  fc.assert(
    fc.property(owners, owners, (a, b) => {
      const marker = commentMarker(a);
      expect(marker).toMatch(/^<!-- signalman:v1 [A-Za-z0-9._%/:@-]+ -->$/);
      expect(marker.slice(4, -3)).not.toContain("--");
      expect(marker === commentMarker(b)).toBe(identity(a) === identity(b));
    }),
  );
});

test("a marker counts on the first line alone: further down it may be planted", () => {
  const marker = commentMarker(owner);
  expect(hasCommentMarker(`${marker}\ntext`, marker)).toBe(true);
  expect(hasCommentMarker(`${marker}\r\ntext`, marker)).toBe(true);
  expect(hasCommentMarker(`text\n${marker}\n`, marker)).toBe(false);
  expect(hasCommentMarker(`${marker} text`, marker)).toBe(false);
});

/** Which comment of a pull request is ours (design §5): PR × instance × shard × Notification × destination. */
export interface CommentOwner {
  /** `name` is `SIGNALMAN_NAME`, `cluster` the uid of the namespace kube-system. */
  readonly instance: { readonly name: string; readonly cluster: string; readonly shard: string };
  readonly notification: {
    readonly kind: "Notification" | "ClusterNotification";
    readonly namespace: string;
    readonly name: string;
  };
  /** `spec.destinations[].name`. */
  readonly destination: string;
}

/**
 * The first line of a comment: `<!-- signalman:v1 INSTANCE/SHARD/NOTIFICATION/DESTINATION -->`. INSTANCE is `name@cluster`, or the cluster
 * alone where the installation has no name; NOTIFICATION is `namespace:name`, or the name alone of a ClusterNotification.
 *
 * Whatever a part has beyond letters, digits, ".", "_" and single "-" is percent-encoded, so that no name ends the HTML comment ("--") or
 * passes for another owner's ("/", ":", "@").
 */
export function commentMarker({ instance, notification, destination }: CommentOwner): string {
  const installation = [instance.name, instance.cluster]
    .filter((it) => it !== "")
    .map(encode)
    .join("@");
  const source =
    notification.kind === "ClusterNotification"
      ? encode(notification.name)
      : `${encode(notification.namespace)}:${encode(notification.name)}`;
  return `<!-- signalman:v1 ${[installation, encode(instance.shard), source, encode(destination)].join("/")} -->`;
}

/** True where a comment's body starts with this marker: one further down may have been planted in an error text or a quotation. */
export function hasCommentMarker(body: string, marker: string): boolean {
  return body === marker || body.startsWith(`${marker}\n`) || body.startsWith(`${marker}\r\n`);
}

function encode(part: string): string {
  return [...new TextEncoder().encode(part)]
    .map((byte, index, bytes) => {
      const character = String.fromCodePoint(byte);
      if (/[A-Za-z0-9._]/.test(character)) return character;
      const isSingleHyphen = character === "-" && index > 0 && index < bytes.length - 1 && bytes[index - 1] !== byte;
      return isSingleHyphen ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}

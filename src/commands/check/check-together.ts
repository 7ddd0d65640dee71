import { resolveRules } from "../../core/notification/resolve.ts";
import { type CheckedNotification, type Finding, validOf } from "./check-source.ts";

/**
 * What is only seen with all files at hand: destinations that lack what no ClusterNotification of the same name gives them. Nothing is said where
 * that ClusterNotification is itself invalid.
 */
export function checkTogether(checked: readonly CheckedNotification[]): readonly Finding[] {
  const upper = checked
    .map(validOf)
    .filter((it) => it?.identity.kind === "ClusterNotification")
    .filter((it) => it !== null);
  const broken = new Set(
    checked.flatMap(({ parsed }) =>
      parsed.kind === "invalid" && parsed.identity.kind === "ClusterNotification" ? [parsed.identity.name] : [],
    ),
  );
  return checked.flatMap((one) => {
    const notification = validOf(one);
    if (notification === null) return [];
    const isCluster = notification.identity.kind === "ClusterNotification";
    if (!isCluster && broken.has(notification.identity.name)) return [];
    const { problems } = resolveRules(isCluster ? [notification] : [...upper, notification]);
    return problems.filter((it) => it.notification === notification.identity).map(({ problem }) => one.place(problem));
  });
}

import type { Notification } from "../../core/notification/notification.ts";
import type { Problem } from "../../core/notification/rule.ts";
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
    const own = problems.filter((it) => it.notification === notification.identity).map(({ problem }) => problem);
    return [...own, ...ownConflicts(notification)].map((it) => one.place(it));
  });
}

/** Destinations of one Notification that write the same, whatever the GitRepo. Two Notifications may select different GitRepos, or be for two clusters. */
function ownConflicts(notification: Notification): readonly Problem[] {
  const { identity, spec } = notification;
  const { gitRepos: _gitRepos, ...all } = spec;
  const namespace = identity.namespace || "NAMESPACE";
  const anywhere = {
    ...notification,
    identity: { ...identity, ...(identity.kind === "Notification" && { namespace }) },
    spec: all,
  };
  const gitRepo = {
    namespace,
    name: "GITREPO",
    labels: {},
    repo: "https://github.com/OWNER/REPOSITORY",
    branch: "",
    revision: "",
  };
  const { problems } = resolveRules([anywhere]).rulesOf(gitRepo);
  return problems.map((it) => it.problem).filter((it) => it.code === "ContextConflict");
}

import { project } from "../../core/fleet/project.ts";
import { sampleMessage } from "../../core/message/sample-message.ts";
import type { Notification, NotificationProblem } from "../../core/notification/notification.ts";
import { resolveRules } from "../../core/notification/resolve.ts";
import type { Rule } from "../../core/notification/rule.ts";

export interface SampleRules {
  readonly rules: readonly SampleRule[];
  /** Conflicts between the Notifications. */
  readonly problems: readonly NotificationProblem[];
}

/** A rule, and the namespace of the sample GitRepo that it is for. */
export interface SampleRule {
  readonly rule: Rule;
  readonly namespace: string;
}

/**
 * The rules that Notifications make for a sample GitRepo in each of their namespaces, by the levels of `run`. The sample is selected whatever
 * `gitRepos` says: what is asked for is what would be sent, not for which. A Notification without a namespace is taken for one of fleet-default,
 * and so are ClusterNotifications alone.
 */
export function sampleRules(notifications: readonly Notification[]): SampleRules {
  const selecting = notifications.map(withoutSelection);
  const namespaces = new Set(selecting.map((it) => it.identity.namespace).filter((it) => it !== ""));
  const resolution = resolveRules(selecting);
  const resolved = (namespaces.size === 0 ? [defaultNamespace] : [...namespaces]).map((namespace) => {
    const { rules, problems } = resolution.rulesOf(sampleGitRepo(namespace));
    return { rules: rules.map((rule) => ({ rule, namespace })), problems };
  });
  return { rules: resolved.flatMap((it) => it.rules), problems: resolved.flatMap((it) => it.problems) };
}

const defaultNamespace = "fleet-default";

function withoutSelection(notification: Notification): Notification {
  const { identity } = notification;
  const { gitRepos: _gitRepos, ...spec } = notification.spec;
  const namespace = identity.kind === "Notification" ? identity.namespace || defaultNamespace : "";
  return { ...notification, identity: { ...identity, namespace }, spec };
}

function sampleGitRepo(namespace: string) {
  const { uid, name, repo, branch } = sampleMessage("GitRepoReady").gitRepo;
  const record = project({ kind: "GitRepo", metadata: { uid, name, namespace }, spec: { repo, branch } });
  if (record?.kind !== "GitRepo") throw new Error("the sample GitRepo is none");
  return record;
}

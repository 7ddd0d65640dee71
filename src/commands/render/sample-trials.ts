import { project } from "../../core/fleet/project.ts";
import type { Message } from "../../core/message/message.ts";
import { sampleMessage } from "../../core/message/sample-message.ts";
import type { Notification } from "../../core/notification/notification.ts";
import { resolveRules } from "../../core/notification/resolve.ts";
import type { EventType } from "../../core/notification/rule.ts";
import { isGrouping } from "../../core/group/repository-group.ts";
import { asGroup } from "./as-group.ts";
import { streamKeyOf, type Trials } from "./trial.ts";
import { withNamespace } from "./with-namespace.ts";

/**
 * What Notifications would be told of a sample GitRepo in each of their namespaces, by the levels of `run`. The sample is selected whatever
 * `gitRepos` says: what is asked for is what would be sent, not for which. A Notification without a namespace is taken for one of fleet-default,
 * and so are ClusterNotifications alone.
 */
export function sampleTrials(notifications: readonly Notification[], event: EventType): Trials {
  const selecting = notifications.map((it) => withoutSelection(withNamespace(it, defaultNamespace)));
  const namespaces = new Set(selecting.map((it) => it.identity.namespace).filter((it) => it !== ""));
  const resolution = resolveRules(selecting);
  const resolved = (namespaces.size === 0 ? [defaultNamespace] : [...namespaces]).map((namespace) => {
    const { rules, problems } = resolution.rulesOf(sampleGitRepo(namespace));
    const trials = rules.map((rule) => {
      const sample = messageOf({ event, namespace, target: rule.target });
      const message = isGrouping(rule) ? asGroup(sample) : sample;
      return { rule, message, stream: streamKeyOf(rule, message.gitRepo), unfit: "" };
    });
    return { trials, problems };
  });
  const [trials, problems] = [resolved.flatMap((it) => it.trials), resolved.flatMap((it) => it.problems)];
  return { trials, problems, remarks: [], clusterUid: "render" };
}

const defaultNamespace = "fleet-default";

function withoutSelection(notification: Notification): Notification {
  const { gitRepos: _gitRepos, ...spec } = notification.spec;
  return { ...notification, spec };
}

function messageOf({ event, namespace, target }: { event: EventType; namespace: string; target: string }): Message {
  const sample = sampleMessage(event, { target });
  if (sample.gitRepo.name === "") return { ...sample, ...(sample.cluster && { cluster: { ...sample.cluster, namespace } }) };
  return { ...sample, gitRepo: { ...sample.gitRepo, namespace } };
}

function sampleGitRepo(namespace: string) {
  const { uid, name, repo, branch } = sampleMessage("GitRepoReady").gitRepo;
  const record = project({ kind: "GitRepo", metadata: { uid, name, namespace }, spec: { repo, branch } });
  if (record?.kind !== "GitRepo") throw new Error("the sample GitRepo is none");
  return record;
}

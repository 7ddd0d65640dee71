import { project } from "../../core/fleet/project.ts";
import type { GitRepoRecord } from "../../core/fleet/record.ts";
import { compileMatcher } from "../../core/notification/match.ts";
import type { Notification, NotificationProblem } from "../../core/notification/notification.ts";
import { parseNotification } from "../../core/notification/parse-notification.ts";
import { knownPolicy, type RepositoryGrant, repositoryPolicy } from "../../core/notification/repository-policy.ts";
import { resolveRules } from "../../core/notification/resolve.ts";
import type { NotificationIdentity, Rule } from "../../core/notification/rule.ts";
import { type TracedRule, traceRule } from "../../core/notification/trace-rule.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { listEach } from "../../kubernetes/list-each.ts";
import { resources } from "../../kubernetes/resources.ts";
import { MissingGitRepoError } from "../missing-git-repo-error.ts";

/** What Notifications send for a GitRepo, and why. */
export interface ExplainedRules {
  readonly gitRepo: GitRepoRecord;
  readonly rules: readonly { readonly rule: Rule; readonly traced: TracedRule }[];
  /** Of Notifications that are wrong, or have something that is not sent for this GitRepo. */
  readonly problems: readonly NotificationProblem[];
  /** Valid Notifications that could be about the GitRepo, and do not select it. */
  readonly notSelecting: readonly NotificationIdentity[];
  readonly remarks: readonly string[];
}

interface Asked {
  readonly namespace: string;
  readonly name: string;
  /** What run was started with, where it is known. */
  readonly grants: readonly RepositoryGrant[];
}

/** Reads the GitRepo and the Notifications that may be about it. Throws KubernetesError, MissingGitRepoError. */
export async function explainRules(client: KubernetesClient, asked: Asked, signal: AbortSignal): Promise<ExplainedRules> {
  const { namespace, name } = asked;
  const gitRepos: GitRepoRecord[] = [];
  const written: unknown[] = [];
  const onGitRepo = (object: unknown) => {
    const record = project(object, { kind: "GitRepo" });
    if (record?.kind === "GitRepo") gitRepos.push(record);
  };
  const reads = (kind: NotificationIdentity["kind"]) => (object: unknown) => written.push({ ...(object as object), kind });
  await Promise.all([
    listEach(client, { resource: resources.gitRepos, namespace, onItem: onGitRepo }, signal),
    listEach(client, { resource: resources.clusterNotifications, onItem: reads("ClusterNotification") }, signal),
    listEach(client, { resource: resources.notifications, namespace, onItem: reads("Notification") }, signal),
  ]);
  const gitRepo = gitRepos.find((it) => it.name === name);
  if (gitRepo === undefined) throw new MissingGitRepoError({ namespace, name }, gitRepos);
  return resolved(gitRepo, { written, grants: asked.grants });
}

function resolved(
  gitRepo: GitRepoRecord,
  { written, grants }: { written: readonly unknown[]; grants: readonly RepositoryGrant[] },
): ExplainedRules {
  const parsed = written.map(parseNotification);
  const valid = parsed.flatMap((it) => (it.kind === "valid" ? [it.notification] : []));
  const invalid = parsed.flatMap((it) =>
    it.kind === "invalid" ? it.problems.map((problem) => ({ notification: it.identity, problem })) : [],
  );
  const resolution = resolveRules(valid, knownPolicy(grants));
  const { rules, problems } = resolution.rulesOf(gitRepo);
  const isSelecting = (it: Notification) => compileMatcher(it)(gitRepo);
  const needsGrant = grants.length === 0 && !repositoryPolicy([])(gitRepo) && rules.some((it) => it.config.type !== "webhook");
  return {
    gitRepo,
    rules: rules.map((rule) => ({ rule, traced: traceRule(rule, levelsOf(rule, valid.filter(isSelecting))) })),
    problems: [...invalid, ...resolution.problems, ...problems],
    notSelecting: valid.filter((it) => !isSelecting(it)).map((it) => it.identity),
    remarks: needsGrant
      ? [
          `GitHub destinations of namespace ${gitRepo.namespace} are sent only where run has --repository-policy for it. Give explain the same to see whether they are.`,
        ]
      : [],
  };
}

/** The Notifications of the rule's name: an overriding one keeps the name of the ClusterNotification that it overrides. */
function levelsOf({ notification: { name } }: Rule, selecting: readonly Notification[]) {
  const named = (kind: NotificationIdentity["kind"]) => {
    return selecting.find(({ identity }) => identity.kind === kind && identity.name === name) ?? null;
  };
  return { upper: named("ClusterNotification"), lower: named("Notification") };
}

import { settleContexts } from "./context-conflicts.ts";
import { type Condition, compileCondition } from "./condition.ts";
import type { WrittenDestination } from "./written-destination.ts";
import { incompletenessOf } from "./incomplete.ts";
import { makeRule, type RuleFrame } from "./make-rule.ts";
import { limits } from "../limits.ts";
import { compileMatcher, type GitRepoMatcher, isSelectedAlike, type SelectedGitRepo } from "./match.ts";
import { mergeDestination } from "./merge-destination.ts";
import { problemsOf } from "./resolve-problems.ts";
import { destinationsIn, targetOf, targetSetOf } from "./target-set.ts";
import type { Notification, NotificationProblem } from "./notification.ts";
import { anyRepository, type RepositoryPolicy, settlePolicy } from "./repository-policy.ts";
import type { Rule, Target, TargetSet } from "./rule.ts";

export interface Resolution {
  /** The rules for the Clusters of a namespace, suspended ones included; which GitRepos a Notification selects does not matter. */
  clusterRulesOf(namespace: string): readonly Rule[];
  /** What is wrong whatever the GitRepo: destinations that lack what no other level gives. They make no rules. */
  readonly problems: readonly NotificationProblem[];
  /**
   * The rules of one GitRepo, suspended ones included, and the conflicts between them. Depends on its namespace, name, labels and repository
   * alone, and where its status' context is written, on what it follows; costs O(ClusterNotifications + Notifications of its namespace), once until one
   * of these changes.
   */
  rulesOf(gitRepo: SelectedGitRepo): RulesOfGitRepo;
}

export interface RulesOfGitRepo {
  readonly rules: readonly Rule[];
  readonly problems: readonly NotificationProblem[];
}

interface Level {
  readonly notification: Notification;
  readonly selects: GitRepoMatcher;
}

/**
 * Applies the levels of design §3. For one GitRepo:
 *
 * 1. A ClusterNotification that selects the GitRepo reaches it with all of its destinations and targets.
 * 2. A Notification that selects it reaches it with its own.
 * 3. Where both have one name, their targets are put together: the ClusterNotification's in its order, then those that only the Notification
 *    has. Of a target that both have, the Notification's `match` counts. The clusters that none claims are the unnamed target.
 * 4. In each target, `timing` (each duration) and `modified` are what the first of these says: the Notification's target, the Notification, the
 *    ClusterNotification's target, the ClusterNotification.
 * 5. In each target, each level first changes its own destinations by its target's of the same name; then the Notification's change the
 *    ClusterNotification's. So what a Notification says goes before what a target of the ClusterNotification says.
 * 6. A change is made field by field: `on`, `when`, `order`, `suspend`, and every field of `webhook` and of each type of `github`. A list or a
 *    map is one field. A level that writes no type changes what another one has; another type of destination inherits nothing.
 * 7. Who changes where a webhook goes (`url`, `urlSecretRef`) inherits neither `auth`, `headers`, `signing` nor `tls`, from whatever level.
 * 8. A destination that only a target has makes a rule for that target alone.
 * 9. What nobody says gets its default (docs/reference/notification.md).
 * 10. What lacks a type, a url or a template's body after that makes no rule; it is a problem (`problemsOf`), unless a ClusterNotification has
 *     the destination but does not select this GitRepo: then there is nothing to override. A target without a `match` claims nothing.
 * 11. A Notification, a target or a destination with `suspend` mutes its rules; the GitRepo's own annotation is the caller's.
 * 12. A GitHub destination makes no rule for a GitRepo whose namespace may not report to its repository (`settlePolicy`).
 * 13. Of two commit statuses in one context, and of two check runs, the younger makes no rule (`settleContexts`; between GitRepos of one repository
 *     core/commit-places.ts).
 * 14. Events of a cluster follow the rules of its namespace, whichever GitRepos a Notification selects there (`clusterRulesOf`).
 *
 * A destination that a ClusterNotification has keeps the ClusterNotification's identity when it is overridden, so that its streams go on when
 * the override comes and goes; Secrets are read where the level that names them says.
 */
export function resolveRules(notifications: readonly Notification[], policy: RepositoryPolicy = anyRepository): Resolution {
  const upper = levelsOf(notifications, "ClusterNotification");
  const lower = levelsOf(notifications, "Notification");
  const upperByName = new Map(upper.map((it) => [it.notification.identity.name, it]));
  const lowerByNamespace = Map.groupBy(lower, (it) => it.notification.identity.namespace);
  const conditionOf = compileOnce();
  const rulesOfSelection = onceForEachSelection((selected) => rulesOfLevels(selected, conditionOf));
  return {
    problems: [
      ...upper.flatMap(({ notification }) => problemsOf(notification, null)),
      ...lower.flatMap(({ notification }) => {
        return problemsOf(notification, upperByName.get(notification.identity.name)?.notification ?? null);
      }),
    ],
    clusterRulesOf(namespace) {
      return rulesOfSelection({ over: upper, under: lowerByNamespace.get(namespace) ?? [] });
    },
    rulesOf: onceForEach((gitRepo) => {
      const over = upper.filter((it) => it.selects(gitRepo));
      const under = (lowerByNamespace.get(gitRepo.namespace) ?? []).filter((it) => it.selects(gitRepo));
      const allowed = settlePolicy(rulesOfSelection({ over, under }), { gitRepo, policy });
      const settled = settleContexts(allowed.rules, gitRepo);
      return { rules: settled.rules, problems: [...allowed.problems, ...settled.problems] };
    }),
  };
}

/**
 * A GitRepo has the same rules until something changes that they depend on: a poll makes another record of it, and each of its streams asks. Bounded by
 * `limits.gitReposKnownMax`.
 */
function onceForEach(make: Resolution["rulesOf"]): Resolution["rulesOf"] {
  const known = new Map<string, { gitRepo: SelectedGitRepo; rules: RulesOfGitRepo }>();
  return (gitRepo) => {
    const key = `${gitRepo.namespace}/${gitRepo.name}`;
    const before = known.get(key);
    if (before !== undefined && isSelectedAlike(before.gitRepo, gitRepo)) return before.rules;
    if (known.size >= limits.gitReposKnownMax) known.clear();
    const rules = make(gitRepo);
    known.set(key, { gitRepo, rules });
    return rules;
  };
}

/** The levels that reach a GitRepo. */
interface Selection {
  readonly over: readonly Level[];
  readonly under: readonly Level[];
}

/** GitRepos that the same levels reach have the same rules, and most have: they are made once. Bounded by the number of GitRepos. */
function onceForEachSelection(make: (selection: Selection) => readonly Rule[]): (selection: Selection) => readonly Rule[] {
  const known = new Map<string, readonly Rule[]>();
  return (selection) => {
    const key = JSON.stringify([...selection.over, ...selection.under].map(({ notification }) => notification.identity));
    const rules = known.get(key) ?? make(selection);
    known.set(key, rules);
    return rules;
  };
}

function rulesOfLevels({ over, under }: Selection, conditionOf: RuleFrame["conditionOf"]): Rule[] {
  const underByName = new Map(under.map((it) => [it.notification.identity.name, it.notification]));
  const rules = over.flatMap(({ notification }) => {
    return rulesOfPair([notification, underByName.get(notification.identity.name) ?? null], conditionOf);
  });
  const overridden = new Set(over.map((it) => it.notification.identity.name));
  const own = under.filter((it) => !overridden.has(it.notification.identity.name));
  return [...rules, ...own.flatMap((it) => rulesOfPair([null, it.notification], conditionOf))];
}

function levelsOf(notifications: readonly Notification[], kind: "Notification" | "ClusterNotification"): readonly Level[] {
  return notifications
    .filter((it) => it.identity.kind === kind)
    .map((notification) => ({ notification, selects: compileMatcher(notification) }));
}

/** Rules are made for each GitRepo; conditions are kept as long as the Notifications are the same. */
function compileOnce(): RuleFrame["conditionOf"] {
  const known = new Map<string, Condition>();
  return (source) => {
    const condition = known.get(source) ?? compileCondition(source);
    known.set(source, condition);
    return condition;
  };
}

type Pair = readonly [upper: Notification | null, lower: Notification | null];

/** The rules of a ClusterNotification and the Notification of its name, for a GitRepo that each of those given selects. */
function rulesOfPair(pair: Pair, conditionOf: RuleFrame["conditionOf"]): Rule[] {
  const [upper, lower] = pair;
  const targets = targetSetOf(upper?.spec ?? null, lower?.spec ?? null);
  return targets.targets.flatMap((target) => rulesOfTarget(pair, { targets, target, conditionOf }));
}

interface InTarget {
  readonly conditionOf: RuleFrame["conditionOf"];
  readonly targets: TargetSet;
  readonly target: Target;
}

function rulesOfTarget(pair: Pair, inTarget: InTarget): Rule[] {
  const [upper, lower] = pair;
  const { name } = inTarget.target;
  const changes = new Map(destinationsIn(lower?.spec ?? null, name).map((it) => [it.name, it]));
  const inherited = destinationsIn(upper?.spec ?? null, name).flatMap((destination) => {
    const change = changes.get(destination.name);
    changes.delete(destination.name);
    const whole = change === undefined ? destination : mergeDestination(destination, change);
    return ruleOf(whole, frameOf(pair, upper, inTarget));
  });
  return [...inherited, ...[...changes.values()].flatMap((it) => ruleOf(it, frameOf(pair, lower, inTarget)))];
}

function ruleOf(destination: WrittenDestination, frame: RuleFrame | null): Rule[] {
  if (frame === null || incompletenessOf(destination).length > 0) return [];
  return [makeRule(frame, destination)];
}

function frameOf([upper, lower]: Pair, owner: Notification | null, { targets, target, conditionOf }: InTarget): RuleFrame | null {
  if (owner === null) return null;
  const isTargetSuspended =
    targetOf(lower?.spec ?? null, target.name)?.suspend ?? targetOf(upper?.spec ?? null, target.name)?.suspend;
  return {
    notification: owner.identity,
    generation: (upper?.generation ?? 0) + (lower?.generation ?? 0),
    creationMs: owner.creationMs,
    suspend: (lower?.spec.suspend ?? upper?.spec.suspend ?? false) || (isTargetSuspended ?? false),
    target,
    targets,
    conditionOf,
    namespace: lower?.identity.namespace ?? "",
  };
}

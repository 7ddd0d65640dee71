import type { GitRepoRecord } from "../fleet/record.ts";
import { settleContexts } from "./context-conflicts.ts";
import type { WrittenDestination } from "./written-destination.ts";
import { incompletenessOf } from "./incomplete.ts";
import { makeRule, mergeTiming, type RuleFrame } from "./make-rule.ts";
import { compileMatcher, type GitRepoMatcher } from "./match.ts";
import { mergeDestination } from "./merge-destination.ts";
import type { Notification, NotificationProblem } from "./notification.ts";
import type { Rule } from "./rule.ts";

export interface Resolution {
  /** What is wrong whatever the GitRepo: destinations that lack what no other level gives. They make no rules. */
  readonly problems: readonly NotificationProblem[];
  /**
   * The rules of one GitRepo, suspended ones included, and the conflicts between them. Depends on its namespace, name and labels alone;
   * costs O(ClusterNotifications + Notifications of its namespace).
   */
  rulesOf(gitRepo: GitRepoRecord): { readonly rules: readonly Rule[]; readonly problems: readonly NotificationProblem[] };
}

interface Level {
  readonly notification: Notification;
  readonly selects: GitRepoMatcher;
}

/**
 * Applies the levels of design §3. For one GitRepo:
 *
 * 1. A ClusterNotification that selects the GitRepo reaches it with all of its destinations.
 * 2. A Notification that selects it reaches it with its own destinations.
 * 3. Where both have one name, the Notification overrides: `suspend`, `modified` and each duration of `timing`, where it has them.
 * 4. A destination that both have (by name) is merged field by field, the Notification's first: `on`, `order`, `suspend`, and every field of
 *    `webhook` and `commitStatus`. A list or a map is one field. Another type than the ClusterNotification's inherits nothing.
 * 5. Who changes a webhook's `url` inherits neither `auth` nor `headers`.
 * 6. What nobody says gets its default (docs/reference/notification.md).
 * 7. What lacks a type, a url or a template's body after that makes no rule; it is a problem, unless a ClusterNotification has the destination
 *    but does not select this GitRepo: then there is nothing to override.
 * 8. `suspend` of the Notification or of the destination mutes the rule; the GitRepo's own annotation is the caller's.
 * 9. Of two commit statuses in one context the younger makes no rule (`settleContexts`).
 *
 * A destination that a ClusterNotification has keeps the ClusterNotification's identity when it is overridden, so that its streams go on when
 * the override comes and goes; Secrets are read where the level that names them says.
 */
export function resolveRules(notifications: readonly Notification[]): Resolution {
  const upper = levelsOf(notifications, "ClusterNotification");
  const lower = levelsOf(notifications, "Notification");
  const upperByName = new Map(upper.map((it) => [it.notification.identity.name, it]));
  const lowerByNamespace = Map.groupBy(lower, (it) => it.notification.identity.namespace);
  return {
    problems: lower.flatMap(({ notification }) => {
      return incompleteDestinations(notification, upperByName.get(notification.identity.name)?.notification ?? null);
    }),
    rulesOf(gitRepo) {
      const over = upper.filter((it) => it.selects(gitRepo)).map((it) => it.notification);
      const under = (lowerByNamespace.get(gitRepo.namespace) ?? []).filter((it) => it.selects(gitRepo));
      const underByName = new Map(under.map((it) => [it.notification.identity.name, it.notification]));
      const rules = over.flatMap((it) => rulesOfPair(it, underByName.get(it.identity.name) ?? null));
      const overridden = new Set(over.map((it) => it.identity.name));
      const own = under.filter((it) => !overridden.has(it.notification.identity.name));
      rules.push(...own.flatMap((it) => rulesOfPair(null, it.notification)));
      return settleContexts(rules, gitRepo);
    },
  };
}

function levelsOf(notifications: readonly Notification[], kind: "Notification" | "ClusterNotification"): readonly Level[] {
  return notifications
    .filter((it) => it.identity.kind === kind)
    .map((notification) => ({ notification, selects: compileMatcher(notification) }));
}

type Pair = readonly [upper: Notification | null, lower: Notification | null];

/** The rules of a ClusterNotification and the Notification of its name, for a GitRepo that each of those given selects. */
function rulesOfPair(...pair: Pair): Rule[] {
  const [upper, lower] = pair;
  const upperDestinations: readonly WrittenDestination[] = upper?.spec.destinations ?? [];
  const lowerDestinations: readonly WrittenDestination[] = lower?.spec.destinations ?? [];
  const changes = new Map(lowerDestinations.map((it) => [it.name, it]));
  const inherited = upperDestinations.flatMap((destination) => {
    const change = changes.get(destination.name);
    changes.delete(destination.name);
    return ruleOf(pair, {
      owner: upper,
      destination: change === undefined ? destination : mergeDestination(destination, change),
    });
  });
  return [...inherited, ...[...changes.values()].flatMap((destination) => ruleOf(pair, { owner: lower, destination }))];
}

function ruleOf(pair: Pair, { owner, destination }: { owner: Notification | null; destination: WrittenDestination }): Rule[] {
  if (owner === null || incompletenessOf(destination).length > 0) return [];
  return [makeRule(frameOf(pair, owner), destination)];
}

function frameOf([upper, lower]: Pair, owner: Notification): RuleFrame {
  return {
    notification: owner.identity,
    generation: (upper?.generation ?? 0) + (lower?.generation ?? 0),
    creationMs: owner.creationMs,
    suspend: lower?.spec.suspend ?? upper?.spec.suspend ?? false,
    timing: mergeTiming(lower?.spec.timing, upper?.spec.timing),
    modified: lower?.spec.modified ?? upper?.spec.modified ?? "failure",
    namespace: lower?.identity.namespace ?? "",
  };
}

/** Rule 7: what a Notification's destinations lack, with the ClusterNotification of its name or without one. */
function incompleteDestinations(lower: Notification, upper: Notification | null): NotificationProblem[] {
  const upperDestinations: readonly WrittenDestination[] = upper?.spec.destinations ?? [];
  const { identity } = lower;
  return lower.spec.destinations.flatMap((destination: WrittenDestination, index) => {
    const above = upperDestinations.find((it) => it.name === destination.name);
    const whole = above === undefined ? destination : mergeDestination(above, destination);
    const remedy =
      above === undefined
        ? `No ClusterNotification "${identity.name}" has a destination "${destination.name}" to inherit from.`
        : "";
    return incompletenessOf(whole, { written: destination, remedy }).map(({ code, path = [], message }) => {
      return { notification: identity, problem: { code, path: ["spec", "destinations", index, ...path], message } };
    });
  });
}

import type { CoreState } from "./core-state.ts";
import type { StreamIdentity, StreamState } from "./delivery/stream.ts";
import type { Rule } from "./notification/rule.ts";

/**
 * By which rule a stream may still say its last word when its GitRepo is gone: the one that it was last fed by, suspended where its Notification
 * or its destination is suspended or gone. null where no rule is known.
 */
export function ruleOfLost(state: CoreState, { rule, identity, repo }: StreamState): Rule | null {
  const last = rule ?? ruleWithoutLabels(state, { ...identity, repo });
  if (last === null) return null;
  // Whether a Notification selects a GitRepo cannot be asked of one that is gone.
  const current = state.notifications.resolution.clusterRulesOf(identity.gitRepoNamespace).find((it) => isRuleOf(it, identity));
  const suspended = current?.suspended ?? true;
  return last.suspended === suspended ? last : { ...last, suspended };
}

/** After a restart the labels of a GitRepo that is gone are not known: a rule of a Notification that selects by them is not found. */
export function ruleWithoutLabels(state: CoreState, identity: StreamIdentity & { repo: string }): Rule | null {
  const gitRepo = {
    namespace: identity.gitRepoNamespace,
    name: identity.gitRepoName,
    labels: {},
    repo: identity.repo,
    branch: "",
    revision: "",
  };
  return state.notifications.resolution.rulesOf(gitRepo).rules.find((it) => isRuleOf(it, identity)) ?? null;
}

/** True where the rule feeds the stream of that identity, if its GitRepo is selected. */
export function isRuleOf(rule: Rule, identity: Pick<StreamIdentity, "notification" | "destination" | "target">): boolean {
  const [one, other] = [rule.notification, identity.notification];
  return (
    rule.destination === identity.destination &&
    rule.target === identity.target &&
    one.kind === other.kind &&
    one.namespace === other.namespace &&
    one.name === other.name
  );
}

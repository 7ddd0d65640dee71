import type { Rule } from "../notification/rule.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { isSameValue } from "../fleet/same-record.ts";
import type { RepositoryGroup } from "./repository-group.ts";

/** What a rule that tells of a group was judged of one of its GitRepos. */
export interface JudgedMember {
  readonly rule: Rule;
  readonly rollout: Rollout;
}

interface Membership {
  readonly group: RepositoryGroup;
  /** At least one. */
  readonly judged: readonly JudgedMember[];
}

export interface KnownGroup {
  readonly group: RepositoryGroup;
  /** By the GitRepo's uid; at least one. */
  readonly members: ReadonlyMap<string, readonly JudgedMember[]>;
}

/**
 * The newest verdict on each GitRepo that is told of in a group. A GitRepo is in one group at most; without a rule that asks for it, in none. Bounded by
 * the GitRepos and their rules.
 */
export class RepositoryGroups {
  /** By the group's uid. */
  readonly #groups = new Map<string, KnownGroup & { readonly members: Map<string, readonly JudgedMember[]> }>();
  /** GitRepo's uid → its group's. */
  readonly #groupOf = new Map<string, string>();

  /** Takes over what was judged of a GitRepo; returns the uids of the groups that have changed: a poll that shows nothing new changes none. */
  put(gitRepoUid: string, { group, judged }: Membership): readonly string[] {
    const left = this.#groupOf.get(gitRepoUid) === group.uid ? [] : this.remove(gitRepoUid);
    const known = this.#groups.get(group.uid) ?? { group, members: new Map<string, readonly JudgedMember[]>() };
    const isSame = isSameJudgement(known.members.get(gitRepoUid) ?? [], judged);
    known.members.set(gitRepoUid, judged);
    this.#groups.set(group.uid, known);
    this.#groupOf.set(gitRepoUid, group.uid);
    return isSame ? left : [...left, group.uid];
  }

  /** The uid of its group; null where it is in none. */
  groupUidOf(gitRepoUid: string): string | null {
    return this.#groupOf.get(gitRepoUid) ?? null;
  }

  /** The GitRepo is gone, or in no group any more. */
  remove(gitRepoUid: string): readonly string[] {
    const uid = this.#groupOf.get(gitRepoUid);
    if (uid === undefined) return [];
    this.#groupOf.delete(gitRepoUid);
    const known = this.#groups.get(uid);
    known?.members.delete(gitRepoUid);
    if (known?.members.size === 0) this.#groups.delete(uid);
    return [uid];
  }

  /** null where no GitRepo is in it. */
  get(uid: string): KnownGroup | null {
    return this.#groups.get(uid) ?? null;
  }
}

/** What a group is told of: not when Fleet has polled. */
function isSameJudgement(one: readonly JudgedMember[], other: readonly JudgedMember[]): boolean {
  if (one.length !== other.length) return false;
  return one.every(({ rule, rollout: { gitRepo: _before, ...before } }, index) => {
    const { gitRepo: _after, ...after } = other[index]?.rollout ?? { gitRepo: null };
    return rule === other[index]?.rule && isSameValue(before, after);
  });
}

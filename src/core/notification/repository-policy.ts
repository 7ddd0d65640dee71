import { parseRepository } from "../history/parse-repository.ts";
import { compileGlob } from "./glob.ts";
import type { SelectedGitRepo } from "./match.ts";
import type { NotificationProblem } from "./notification.ts";
import type { Rule } from "./rule.ts";

/** What an administrator grants: GitRepos of these namespaces may be reported to these repositories. Both are patterns (`compileGlob`). */
export interface RepositoryGrant {
  readonly namespace: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** True where a GitRepo may be reported to the repository that it names. */
export type RepositoryPolicy = (gitRepo: Pick<SelectedGitRepo, "namespace" | "repo">) => boolean;

/** For what writes nothing to GitHub: replays, checks, simulations without tenants. */
export const anyRepository: RepositoryPolicy = () => true;

/** Where platform teams keep their own GitRepos, and no tenant may write. */
const trustedNamespaces = new Set(["fleet-default", "fleet-local"]);

/**
 * Which namespace may report to which repository (design §9). Whoever may write GitRepos could name any repository that the App is installed on,
 * and so write on it; Fleet itself asks for credentials before it reads one, Signalman has its own.
 *
 * 1. A namespace that grants name may report to the repositories of all of its grants, and to no other; upper and lower case are the same in
 *    repositories, as on GitHub.
 * 2. A namespace that no grant names may report to every repository where it is fleet-default or fleet-local, and to none elsewhere.
 * 3. What is not on GitHub needs no grant: there is nothing to write on.
 *
 * Takes O(grants) for each GitRepo.
 */
export function repositoryPolicy(grants: readonly RepositoryGrant[]): RepositoryPolicy {
  const compiled = grants.map(({ namespace, repository }) => ({
    isOfNamespace: compileGlob(namespace),
    isOfRepository: compileGlob(repository.toLowerCase()),
  }));
  return ({ namespace, repo }) => {
    const repository = parseRepository(repo);
    if (repository === null) return true;
    const own = compiled.filter((it) => it.isOfNamespace(namespace));
    if (own.length === 0) return trustedNamespaces.has(namespace);
    const name = `${repository.owner}/${repository.name}`.toLowerCase();
    return own.some((it) => it.isOfRepository(name));
  };
}

/** For commands that are not `run`: without grants nobody knows which ones it has, and nothing is left out. */
export function knownPolicy(grants: readonly RepositoryGrant[]): RepositoryPolicy {
  return grants.length === 0 ? anyRepository : repositoryPolicy(grants);
}

/** Leaves out what would write to a GitHub repository that the GitRepo's namespace may not report to; the condition of each Notification says so. */
export function settlePolicy(
  rules: readonly Rule[],
  { gitRepo, policy }: { gitRepo: SelectedGitRepo; policy: RepositoryPolicy },
): { readonly rules: readonly Rule[]; readonly problems: readonly NotificationProblem[] } {
  if (policy(gitRepo)) return { rules, problems: [] };
  const [webhooks, refused] = [rules.filter(isWebhook), rules.filter((it) => !isWebhook(it) && !it.suspended)];
  return { rules: webhooks, problems: refused.map((it) => refusal(it, gitRepo)) };
}

function isWebhook({ config }: Rule): boolean {
  return config.type === "webhook";
}

function refusal({ notification, destination }: Rule, { namespace, name, repo }: SelectedGitRepo): NotificationProblem {
  const repository = parseRepository(repo);
  const path = repository === null ? repo : `${repository.owner}/${repository.name}`;
  const message =
    `Destination "${destination}" is not sent for GitRepo ${namespace}/${name}: namespace ${namespace} may not report ` +
    `to ${path} on GitHub. Whoever runs Signalman allows it with --repository-policy ${namespace}=${path}.`;
  return { notification, problem: { code: "RepositoryNotAllowed", path: ["spec", "destinations"], message } };
}

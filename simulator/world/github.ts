import type { GitHistory } from "./git-history.ts";
import { createGitRepository } from "./git-repository.ts";
import type { GitHubAccount } from "./github-account.ts";
import type { CommitStatus } from "./github-commit-status.ts";
import { Faults, type Fault } from "./github-fault.ts";
import { GitHubManifests } from "./github-manifests.ts";
import { GitHubInstallations, type Installation, type Permissions } from "./github-installations.ts";
import type { IssueComment } from "./github-issue-comment.ts";
import { RateLimits } from "./github-rate-limits.ts";
import { GitHubRepository } from "./github-repository.ts";

/** One request that the face got. */
export interface GitHubRequest {
  readonly atMs: number;
  readonly method: string;
  /** Without query and `/api/v3`. */
  readonly path: string;
  /** With "?", "" where there is none. */
  readonly query: string;
  /** As parsed from JSON; undefined where there was none. */
  readonly body: unknown;
  /** "anonymous", "app", "installation 42" or "user ada". */
  readonly from: string;
  /** 0 while there is no answer, and for ever where the connection was cut without one. */
  readonly status: number;
}

/** A request that GitHub's OpenAPI does not allow, or (found by tests only) an answer of the simulator's that it does not allow. */
export interface SchemaViolation {
  readonly of: "request" | "response";
  readonly method: string;
  readonly path: string;
  readonly message: string;
}

/** up · refused: nothing listens · 503: the front page says "down" to everything. */
export type GitHubOutage = "up" | "refused" | "503";

export interface GitHubWorldOptions {
  /** Milliseconds since the epoch; dates, tokens and limits come from here. */
  readonly now: () => number;
  readonly app?: { readonly id: number; readonly slug: string; readonly name: string };
}

export interface CreateRepositoryOptions {
  readonly defaultBranch?: string;
  readonly private?: boolean;
  /** A history that is given, instead of a new, empty git repository. */
  readonly history?: GitHistory;
}

/**
 * GitHub as far as Signalman meets it: repositories with their history, statuses, pull requests and comments; the App and where it
 * is installed; what is wrong with it at present. A test acts on it, lets a client talk to its HTTP face (`faces/github-api.ts`),
 * and asserts what the world shows then.
 */
export class GitHubWorld {
  readonly now: () => number;
  readonly installations: GitHubInstallations;
  readonly manifests: GitHubManifests;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  /** Every request, in order of arrival. */
  readonly requests: GitHubRequest[] = [];
  readonly violations: SchemaViolation[] = [];
  readonly #repositories = new Map<number, GitHubRepository>();
  /** Lower-case `owner/name` that a repository had once → its id. */
  readonly #formerNames = new Map<string, number>();
  readonly #accounts = new Map<string, GitHubAccount>();
  readonly #requestListeners = new Set<(request: GitHubRequest) => void>();
  readonly #outageListeners = new Set<(outage: GitHubOutage) => void>();
  #outage: GitHubOutage = "up";
  #lastId = 1_000_000;

  constructor(options: GitHubWorldOptions) {
    this.now = options.now;
    this.manifests = new GitHubManifests(options.now);
    this.faults = new Faults(options.now);
    this.rateLimits = new RateLimits(options.now);
    const app = options.app ?? { id: 424_242, slug: "signalman", name: "Signalman" };
    const bot: GitHubAccount = { id: this.nextId(), login: `${app.slug}[bot]`, type: "Bot" };
    const owner = this.account("acme", "Organization");
    this.installations = new GitHubInstallations({ ...app, owner, bot }, options.now, () => this.nextId());
  }

  // -- what there is

  /** Creates `owner/name`. Its first commit is the caller's to make. */
  async createRepository(fullName: string, options: CreateRepositoryOptions = {}): Promise<GitHubRepository> {
    const [owner = "", name = ""] = fullName.split("/");
    if (this.findRepository(fullName) !== null) throw new Error(`There is a repository ${fullName} already.`);
    const defaultBranch = options.defaultBranch ?? "main";
    const isPrivate = options.private ?? true;
    const account = this.account(owner, "Organization");
    const details = {
      id: this.nextId(),
      owner: account,
      name,
      private: isPrivate,
      defaultBranch,
      ...(await this.#historyOf(options.history, defaultBranch)),
    };
    const surroundings = { now: this.now, nextId: () => this.nextId(), account: (login: string) => this.account(login) };
    const repository = new GitHubRepository(details, surroundings);
    this.#repositories.set(repository.id, repository);
    return repository;
  }

  async #historyOf(given: GitHistory | undefined, defaultBranch: string) {
    if (given !== undefined) return { history: given, git: null };
    const git = await createGitRepository({ now: this.now, defaultBranch });
    return { history: git, git };
  }

  /** Throws where there is none; names are compared without case, as GitHub does, and a former name is not one. */
  repository(fullName: string): GitHubRepository {
    const repository = this.findRepository(fullName);
    if (repository !== null) return repository;
    const names = this.repositories().map((each) => each.fullName);
    throw new Error(`No repository "${fullName}" in the simulated GitHub. There is: ${names.join(", ") || "none"}.`);
  }
  findRepository(fullName: string): GitHubRepository | null {
    return this.repositories().find((each) => each.fullName.toLowerCase() === fullName.toLowerCase()) ?? null;
  }
  repositoryById(id: number): GitHubRepository | null {
    return this.#repositories.get(id) ?? null;
  }
  repositories(): readonly GitHubRepository[] {
    return [...this.#repositories.values()];
  }
  /** The repository that once had this name, and has another now. */
  renamedRepository(fullName: string): GitHubRepository | null {
    return this.repositoryById(this.#formerNames.get(fullName.toLowerCase()) ?? -1);
  }

  /** Gives a repository another name (and owner); requests for the old name are redirected until a repository takes it. */
  renameRepository(fullName: string, newFullName: string): void {
    const repository = this.repository(fullName);
    const [owner = "", name = ""] = newFullName.split("/");
    this.#formerNames.set(repository.fullName.toLowerCase(), repository.id);
    repository.owner = this.account(owner, "Organization");
    repository.name = name;
  }

  async deleteRepository(fullName: string): Promise<void> {
    const repository = this.repository(fullName);
    this.#repositories.delete(repository.id);
    await repository.history.close();
  }

  /** The account of this login, made where there is none. */
  account(login: string, type: GitHubAccount["type"] = "User"): GitHubAccount {
    const known = this.#accounts.get(login.toLowerCase());
    const account = known ?? { id: this.nextId(), login, type };
    this.#accounts.set(login.toLowerCase(), account);
    return account;
  }

  /** Ids grow by one, over all kinds of things. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  // -- what a test asserts

  /** Newest first. */
  statuses(fullName: string, sha: string): readonly CommitStatus[] {
    return this.repository(fullName).statuses.list(sha);
  }
  /** Context → the status that GitHub shows for it. */
  latestStatuses(fullName: string, sha: string): ReadonlyMap<string, CommitStatus> {
    return new Map(
      this.repository(fullName)
        .statuses.latest(sha)
        .map((status) => [status.context, status]),
    );
  }
  /** Ascending by id. */
  comments(fullName: string, number: number): readonly IssueComment[] {
    return this.repository(fullName).issueComments.list(number);
  }

  // -- the App

  /** Installs the App on one repository, or on all of an account's (`acme`). */
  install(target: string, permissions?: Permissions): Installation {
    const more = permissions === undefined ? {} : { permissions };
    if (!target.includes("/")) return this.installations.install(this.account(target, "Organization"), more);
    const repository = this.repository(target);
    return this.installations.install(repository.owner, { ...more, repositoryIds: [repository.id] });
  }
  uninstall(target: string): void {
    if (!target.includes("/")) return this.installations.uninstall(this.account(target, "Organization"));
    const repository = this.repository(target);
    this.installations.uninstall(repository.owner, repository, this.repositories());
  }
  /** A personal access token of a user. */
  addToken(token: string, login: string): void {
    this.installations.addUserToken(token, this.account(login));
  }

  // -- what goes wrong

  /** Sets a fault; the returned function takes it away. */
  fault(fault: Fault): () => void {
    return this.faults.add(fault);
  }
  get outage(): GitHubOutage {
    return this.#outage;
  }
  setOutage(outage: GitHubOutage): void {
    this.#outage = outage;
    for (const listener of this.#outageListeners) listener(outage);
  }

  // -- for faces and pages

  /** Takes down a request that has come in; the returned function takes down what was answered (0: nothing). */
  arrived(request: Omit<GitHubRequest, "status">): (status: number) => void {
    const record = { ...request, status: 0 };
    this.requests.push(record);
    return (status) => {
      record.status = status;
      for (const listener of this.#requestListeners) listener(record);
    };
  }
  /** Called with each request once it is answered or cut; the returned function ends that. */
  onRequest(listener: (request: GitHubRequest) => void): () => void {
    this.#requestListeners.add(listener);
    return () => this.#requestListeners.delete(listener);
  }
  onOutage(listener: (outage: GitHubOutage) => void): () => void {
    this.#outageListeners.add(listener);
    return () => this.#outageListeners.delete(listener);
  }

  /** Removes the temporary repositories. */
  async close(): Promise<void> {
    await Promise.all(this.repositories().map((repository) => repository.history.close()));
  }
}

export function createGitHubWorld(options: GitHubWorldOptions): GitHubWorld {
  return new GitHubWorld(options);
}

import type { Repository } from "../../src/core/history/relation.ts";
import type { RepositoryHost } from "../../src/engine/ports.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { Life } from "./life.ts";
import type { RepositoryTruth } from "./repository-truth.ts";
import type { SimulatedAccess } from "./simulated-access.ts";

export interface HostOptions {
  readonly life: Life;
  readonly faults: FaultPlan;
  readonly repositories: readonly RepositoryTruth[];
  readonly access: SimulatedAccess;
  readonly now: () => number;
}

type Unavailable = Extract<Awaited<ReturnType<RepositoryHost["relation"]>>, { kind: "unavailable" }>;

/** GitHub's answers about history, as one process gets them: true, but late, or not at all. */
export class SimulatedHost implements RepositoryHost {
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  async relation(question: { repository: Repository; base: string; head: string }): ReturnType<RepositoryHost["relation"]> {
    const denied = await this.#ask();
    if (denied !== null) return denied;
    const repository = this.#find(question.repository);
    if (repository === null) return { kind: "noRepository", reason: "404" };
    const { base, head } = question;
    if (!this.#knows(repository, base) || !this.#knows(repository, head)) return { kind: "commitNotKnown" };
    return { kind: "known", status: repository.relation(base, head), commits: repository.compared(base, head) };
  }

  /** Always up to date, unlike what is known of new commits: it is what Fleet itself is told by git. */
  async branchHead(question: { repository: Repository; branch: string }): ReturnType<RepositoryHost["branchHead"]> {
    const denied = await this.#ask();
    if (denied !== null) return denied;
    const repository = this.#find(question.repository);
    if (repository === null) return { kind: "noRepository", reason: "404" };
    const sha = repository.headOf(question.branch);
    return sha === null ? { kind: "noRepository", reason: "no such branch" } : { kind: "head", sha };
  }

  async pullRequests(question: {
    repository: Repository;
    base: string;
    head: string;
  }): ReturnType<RepositoryHost["pullRequests"]> {
    const denied = await this.#ask();
    if (denied !== null) return denied;
    const repository = this.#find(question.repository);
    if (repository === null) return { kind: "noRepository", reason: "404" };
    const { base, head } = question;
    const isKnown = this.#knows(repository, head) && (base === "" || this.#knows(repository, base));
    if (!isKnown) return { kind: "unavailable", retryAtMs: 0, reason: "no common ancestor" };
    return {
      kind: "pullRequests",
      pullRequests: repository.pullRequests(base, head),
      commits: base === "" ? [] : repository.between(base, head),
    };
  }

  async #ask(): Promise<Unavailable | null> {
    const { life, faults } = this.#options;
    await life.goOn();
    const fault = faults.draw("ask");
    if (fault === "killAfter") return await life.dieHere("while it asked about history");
    if (fault === "slow") await life.sleep(faults.slownessMs());
    return fault === "unavailable" ? { kind: "unavailable", retryAtMs: 0, reason: "502" } : null;
  }

  #find({ name }: Repository): RepositoryTruth | null {
    const { access, repositories } = this.#options;
    if (!access.isInstalled) return null;
    return repositories.find((it) => it.name === name) ?? null;
  }

  #knows(repository: RepositoryTruth, sha: string): boolean {
    return (repository.commits.get(sha)?.knownMs ?? Infinity) <= this.#options.now();
  }
}

import type { GitHubAccount } from "./github-account.ts";
import { notFound, validationFailed } from "./github-error.ts";

export type DeploymentState = "error" | "failure" | "inactive" | "in_progress" | "queued" | "pending" | "success";

export interface DeploymentStatus {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly createdMs: number;
  readonly creator: GitHubAccount;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: string | Readonly<Record<string, unknown>>;
  readonly creator: GitHubAccount;
  readonly createdMs: number;
  /** Newest first. */
  readonly statuses: readonly DeploymentStatus[];
}

interface Stamp {
  readonly id: number;
  readonly creator: GitHubAccount;
  readonly createdMs: number;
}

/** In the text of GitHub's documentation, not in its schema (github-facts §1.3). */
const descriptionMax = 140;

/** The deployments of one repository. The newest one that is `success` is an environment's active one. */
export class Deployments {
  readonly #byId = new Map<number, Deployment>();

  add(draft: Omit<Deployment, keyof Stamp | "statuses">, stamp: Stamp): Deployment {
    const deployment = { ...draft, ...stamp, statuses: [] };
    this.#byId.set(stamp.id, deployment);
    return deployment;
  }

  /** Throws 404 where there is no such deployment. */
  get(id: number): Deployment {
    const found = this.#byId.get(id);
    if (found === undefined) throw notFound();
    return found;
  }

  /**
   * With `autoInactive`, a success makes earlier successes of the same environment inactive (github-facts §1.3: but for production; transient ones
   * are not modelled). Throws 404 where there is no such deployment, and 422 for a description that is too long.
   */
  addStatus(
    id: number,
    { state, description, autoInactive }: { state: DeploymentState; description: string; autoInactive: boolean },
    stamp: Stamp,
  ): DeploymentStatus {
    const deployment = this.get(id);
    if (Array.from(description).length > descriptionMax)
      throw validationFailed(
        "DeploymentStatus",
        `description is too long (maximum is ${descriptionMax} characters)`,
        "description",
      );
    const status = { ...stamp, state, description };
    this.#byId.set(id, { ...deployment, statuses: [status, ...deployment.statuses] });
    if (state === "success" && autoInactive && deployment.environment !== "production") this.#retire(deployment, stamp);
    return status;
  }

  /** Newest first. */
  list({
    sha,
    task,
    environment,
  }: {
    sha: string | null;
    task: string | null;
    environment: string | null;
  }): readonly Deployment[] {
    const isWanted = (it: Deployment) =>
      (sha === null || it.sha === sha) &&
      (task === null || it.task === task) &&
      (environment === null || it.environment === environment);
    return [...this.#byId.values()].filter(isWanted).toReversed();
  }

  #retire({ id, environment }: Deployment, stamp: Stamp): void {
    for (const other of this.#byId.values()) {
      if (other.id >= id || other.environment !== environment || other.statuses[0]?.state !== "success") continue;
      this.#byId.set(other.id, { ...other, statuses: [{ ...stamp, state: "inactive", description: "" }, ...other.statuses] });
    }
  }
}

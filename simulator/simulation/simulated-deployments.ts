import type { Ledger } from "./ledger.ts";
import { answer, type Answer, type Call, type Happening, pageOf } from "./simulated-git-hub-call.ts";

interface Deployment {
  readonly id: number;
  readonly repository: string;
  readonly sha: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  /** Newest first. */
  readonly statuses: readonly { readonly state: string; readonly description: string }[];
}

const deploymentsPath = /^\/repos\/acme\/([^/]+)\/deployments$/;
const statusesPath = /^\/repos\/acme\/[^/]+\/deployments\/(\d+)\/statuses$/;

/** Deployments of all repositories, with their statuses: each is a status in the ledger, whose context begins with "deployment". */
export class SimulatedDeployments {
  readonly #deployments: Deployment[] = [];

  /** Newest first. One without a status is pending. `made`: by what it is told from others. */
  all(): readonly {
    repository: string;
    sha: string;
    context: string;
    state: string;
    description: string;
    id: number;
    made: string;
  }[] {
    return this.#deployments.toReversed().map(({ id, repository, sha, environment, payload, statuses }) => {
      const { state, description } = statuses[0] ?? { state: "in_progress", description: "no status" };
      const context = `deployment ${environment}`;
      return { repository, sha, context, state: told(state), description, id, made: JSON.stringify(payload) };
    });
  }

  /** null where it is no question about deployments. */
  list({ path, query }: Call): unknown {
    const [, id] = statusesPath.exec(path) ?? [];
    if (id !== undefined) return pageOf(this.#deployments.find((it) => it.id === Number(id))?.statuses ?? [], query);
    const [, repository] = deploymentsPath.exec(path) ?? [];
    if (repository === undefined) return null;
    const asked = ["sha", "environment", "task"] as const;
    const isAsked = (it: Deployment) => asked.every((field) => !query.has(field) || query.get(field) === it[field]);
    const found = this.#deployments.filter((it) => it.repository === repository && isAsked(it));
    return pageOf(found.toReversed(), query);
  }

  /** null where it writes no deployment. */
  write({ method, path, body }: Call, happened: Happening, ledger: Ledger): Answer | null {
    if (method !== "POST") return null;
    const [, repository] = deploymentsPath.exec(path) ?? [];
    if (repository !== undefined) {
      const { ref, task, environment, payload } = body as { ref: string; task: string; environment: string; payload: unknown };
      const id = this.#deployments.length + 1;
      this.#deployments.push({ id, repository, sha: ref, task, environment, payload, statuses: [] });
      return answer(201, { id });
    }
    const [, id] = statusesPath.exec(path) ?? [];
    if (id === undefined) return null;
    const index = this.#deployments.findIndex((it) => it.id === Number(id));
    const deployment = this.#deployments[index];
    if (deployment === undefined) return answer(404, { message: "Not Found" });
    const { state, description } = body as { state: string; description: string };
    this.#deployments[index] = { ...deployment, statuses: [{ state, description }, ...deployment.statuses] };
    const { sha, environment } = deployment;
    const said = { context: `deployment ${environment}`, state: told(state), description, place: deployment.id, page: "" };
    ledger.add({ kind: "status", ...happened, repository: deployment.repository, sha, ...said });
    return answer(201, { id: 1 });
  }
}

/** In the words of commit statuses. */
function told(state: string): string {
  return state === "in_progress" ? "pending" : state;
}

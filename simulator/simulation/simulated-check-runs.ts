import type { Ledger } from "./ledger.ts";
import { answer, type Answer, type Call, type Happening, pageOf } from "./simulated-git-hub-call.ts";

interface CheckRun {
  readonly id: number;
  readonly repository: string;
  readonly head_sha: string;
  readonly name: string;
  readonly external_id: string;
  readonly app: { readonly slug: string };
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string; readonly summary: string };
}

const listPath = /^\/repos\/acme\/([^/]+)\/commits\/(\w+)\/check-runs$/;
const newPath = /^\/repos\/acme\/([^/]+)\/check-runs$/;
const runPath = /^\/repos\/acme\/[^/]+\/check-runs\/(\d+)$/;

/** What a conclusion says, in the words of commit statuses. */
const states: Readonly<Record<string, string>> = { success: "success", failure: "failure", cancelled: "error" };

/** Check runs of all repositories: made once, changed in place. Each change is a status in the ledger, whose context begins with "check". */
export class SimulatedCheckRuns {
  readonly #runs = new Map<number, CheckRun>();
  readonly #slug: string;

  constructor(slug: string) {
    this.#slug = slug;
  }

  all(): readonly { repository: string; sha: string; context: string; state: string; description: string; id: number }[] {
    return [...this.#runs.values()].map(({ id, repository, head_sha: sha, name, output, ...run }) => {
      return { repository, sha, context: `check ${name}`, state: stateOf(run), description: output.title, id };
    });
  }

  /** null where it is no question about check runs. */
  list({ path, query }: Call): unknown {
    const [, repository, sha] = listPath.exec(path) ?? [];
    if (sha === undefined) return null;
    const name = query.get("check_name");
    const runs = [...this.#runs.values()].filter(
      (it) => it.repository === repository && it.head_sha === sha && (name === null || it.name === name),
    );
    return { total_count: runs.length, check_runs: pageOf(runs.toReversed(), query) };
  }

  /** null where it writes no check run. */
  write({ method, path, body }: Call, happened: Happening, ledger: Ledger): Answer | null {
    const [, repository] = newPath.exec(path) ?? [];
    const [, id] = runPath.exec(path) ?? [];
    const before = this.#runs.get(Number(id ?? "0"));
    if (method === "POST" && repository !== undefined) {
      const made = { conclusion: null, ...body, id: this.#runs.size + 1, repository, app: { slug: this.#slug } };
      return answer(201, this.#keep(made as CheckRun, happened, ledger));
    }
    if (method !== "PATCH" || id === undefined) return null;
    if (before === undefined) return answer(404, { message: "Not Found" });
    return answer(200, this.#keep({ ...before, conclusion: null, ...body }, happened, ledger));
  }

  #keep(run: CheckRun, happened: Happening, ledger: Ledger): CheckRun {
    this.#runs.set(run.id, run);
    const { id, repository, head_sha: sha, name, output } = run;
    const said = { context: `check ${name}`, state: stateOf(run), description: output.title };
    ledger.add({ kind: "status", ...happened, repository, sha, ...said, place: id, page: output.summary });
    return run;
  }
}

function stateOf({ conclusion }: Pick<CheckRun, "conclusion">): string {
  return conclusion === null ? "pending" : (states[conclusion] ?? conclusion);
}

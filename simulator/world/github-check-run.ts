import { GitHubError, notFound, validationFailed } from "./github-error.ts";

export type CheckRunStatus = "queued" | "in_progress" | "completed";
export type CheckRunConclusion = "success" | "failure" | "neutral" | "cancelled" | "skipped" | "timed_out" | "action_required";

export interface CheckRun {
  readonly id: number;
  readonly sha: string;
  readonly name: string;
  readonly externalId: string;
  readonly status: CheckRunStatus;
  readonly conclusion: CheckRunConclusion | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly startedMs: number;
  readonly completedMs: number | null;
}

/** What a client may write of one; what is absent stays. */
export type CheckRunDraft = Partial<Pick<CheckRun, "name" | "externalId" | "status" | "conclusion" | "title" | "summary">>;

/** GitHub's bound for the page of a check run (github-facts §1.2). */
export const checkRunSummaryMax = 65_535;

/** The check runs of one repository: made by an App, changed in place. */
export class CheckRuns {
  readonly #byId = new Map<number, CheckRun>();

  /** Throws the 422 that GitHub answers for a page that is too long. */
  add(sha: string, draft: CheckRunDraft & { readonly name: string }, stamp: { id: number; nowMs: number }): CheckRun {
    return this.#keep({
      id: stamp.id,
      sha,
      name: draft.name,
      externalId: draft.externalId ?? "",
      startedMs: stamp.nowMs,
      title: draft.title ?? null,
      summary: draft.summary ?? null,
      ...standing(draft, stamp.nowMs),
    });
  }

  /** Throws 404 where there is none, and 422 as `add`. */
  edit(id: number, draft: CheckRunDraft, nowMs: number): CheckRun {
    const before = this.#byId.get(id);
    if (before === undefined) throw notFound();
    const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
    const says = draft.status !== undefined || draft.conclusion !== undefined;
    return this.#keep({ ...before, ...given, ...(says && standing(draft, nowMs)) });
  }

  get(id: number): CheckRun {
    const found = this.#byId.get(id);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Newest first. */
  list(sha: string): readonly CheckRun[] {
    return [...this.#byId.values()].filter((it) => it.sha === sha).toReversed();
  }

  #keep(run: CheckRun): CheckRun {
    if ((run.summary ?? "").length > checkRunSummaryMax) {
      throw validationFailed(
        "CheckRun",
        `Only ${checkRunSummaryMax} characters are allowed; ${run.summary?.length} were supplied.`,
        "summary",
      );
    }
    this.#byId.set(run.id, run);
    return run;
  }
}

/** A conclusion completes a run, and one that is not completed has none. */
function standing(
  { status, conclusion = null }: CheckRunDraft,
  nowMs: number,
): Pick<CheckRun, "status" | "conclusion" | "completedMs"> {
  if (conclusion === null && status === "completed")
    throw new GitHubError(422, `Invalid request.\n\n"conclusion" wasn't supplied.`);
  const isCompleted = conclusion !== null;
  return { status: isCompleted ? "completed" : (status ?? "queued"), conclusion, completedMs: isCompleted ? nowMs : null };
}

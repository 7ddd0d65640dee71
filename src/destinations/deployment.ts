import { hash } from "node:crypto";
import type { Outcome } from "../core/delivery/outcome.ts";
import { toldBy } from "../core/delivery/stream.ts";
import { limits } from "../core/limits.ts";
import { templateContext } from "../core/message/event-document.ts";
import { renderField } from "../core/template/render-field.ts";
import { plainContext } from "../core/notification/github/git-hub-type.ts";
import type { DeploymentConfig } from "../core/notification/github/deployment.ts";
import { cut } from "../core/template/cut.ts";
import { oneLine } from "../core/template/one-line.ts";
import { TemplateError } from "../core/template/template-problem.ts";
import { wholeList } from "../github/whole-list.ts";
import { type CommitMark, type MarkPlace, markCommits, nothingShown, runningCommit, type Shown } from "./commit-marks.ts";
import { type StatusWrite, statusContext, statusWrites } from "./commit-status-writes.ts";
import type { Attempt, Destination } from "./destination.ts";

/**
 * GitHub's deployments (design §5): one for each rollout × environment, with its statuses along the way. We report and do not deploy: never
 * `auto_merge` (GitHub's default merges!), no `required_contexts` (github-facts §1.3).
 *
 * An environment's active deployment is the newest one, so a step back makes a new one for the older commit. Ours is known by the stream and the
 * rollout in its payload. GitHub would retire earlier deployments of the environment by itself, those of other GitRepos too, which still run: so
 * it is told not to, and our own earlier one is retired before the new one succeeds.
 */
export const deployment: Destination<DeploymentConfig> = {
  type: "deployment",
  async apply(attempt, io, signal): Promise<Outcome> {
    const environment = environmentOf(attempt);
    if (typeof environment !== "string") return environment;
    const { message, stream, instance } = attempt;
    const key = hash("sha256", [instance.cluster, instance.shard, stream].join("\n"), "base64url");
    const { epoch, commit, rolledBackFrom } = toldBy(message);
    const mark = deploymentMark({
      environment,
      key,
      // What only closes what is pending runs nothing: whichever deployment its commit has.
      running: message.event === "GitRepoRemoved" ? "" : runningCommit(message),
      rollout: [epoch, commit, rolledBackFrom].join("/"),
      epoch,
      sequence: message.sequence,
    });
    const writes = statusWrites(message, { pullRequestHeads: false });
    return await markCommits(mark, { attempt, io, writes }, signal);
  },
};

/** The task of all of our deployments: how they are listed apart from those of workflows. */
const task = "fleet";

type State = "in_progress" | "success" | "failure" | "error" | "inactive";

interface Marked {
  readonly environment: string;
  /** Names the stream. */
  readonly key: string;
  readonly running: string;
  /** Names the rollout of the running commit: that commit may have been deployed before. */
  readonly rollout: string;
  /** Only in a later one than the first may the running commit have an earlier deployment. */
  readonly epoch: number;
  /** Names the message: what is known of a commit that does not run is known for its tries alone, since the commit may get another deployment. */
  readonly sequence: number;
}

function environmentOf({ message, stream, config, instance }: Attempt<DeploymentConfig>): string | Outcome {
  if (config.environment === "") return statusContext({ name: instance.name, place: plainContext(message) });
  try {
    const context = templateContext(message, stream);
    const name = oneLine(renderField(config, { source: config.environment, contentType: "text/plain", context })).trim();
    if (name !== "") return cut(name, limits.environmentMax);
    return { kind: "park", code: "TemplateFailed", reason: "The template of deployment.environment makes an empty name" };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { kind: "park", code: "TemplateFailed", reason: `The template of deployment.environment failed at ${error.message}` };
  }
}

function deploymentMark(marked: Marked): CommitMark {
  const { environment, key, running, rollout, sequence } = marked;
  const isRunning = ({ sha }: StatusWrite) => sha === running;
  const stateOf = (write: StatusWrite) => (isRunning(write) ? runningState[write.state] : formerState(write));
  return {
    slotOf: (write) => (isRunning(write) ? `deployment ${key} ${rollout}` : `deployment ${key} ${sequence}`),
    writesOnce: false,
    textOf: (write) =>
      textOf({ state: stateOf(write), description: write.description, rollout: isRunning(write) ? rollout : "" }),
    ask: (place, { sha }) => askedFor(place, { sha, marked }),
    async write(place, write, { id: known }) {
      // A commit that never had a deployment needs none to be called replaced.
      if (known === 0 && !isRunning(write)) return 0;
      const state = stateOf(write);
      const id = known === 0 ? await begin(place, { sha: write.sha, marked }) : known;
      if (state === "success") await retireFormer(place, { id, environment, key });
      await addStatus(place, { id, state, description: write.description });
      return id;
    },
  };
}

const runningState: Readonly<Record<StatusWrite["state"], State>> = {
  pending: "in_progress",
  success: "success",
  failure: "failure",
  error: "error",
};
/** Of a commit that does not run: what was deployed with a later one, or rolled back, is over, and has not failed. */
function formerState({ state, over }: StatusWrite): State {
  return state === "success" || over === "anything" ? "inactive" : runningState[state];
}

/** Begins as `markCommits` reads it: what is over is final. */
function textOf({ state, description, rollout }: { state: string; description: string; rollout: string }): string {
  const marks: Readonly<Record<string, string>> = { success: "success", failure: "failure", error: "error", inactive: "failure" };
  return `${marks[state] ?? "pending"} ${state} ${description}${rollout === "" ? "" : `\n${rollout}`}`;
}

interface Payload {
  readonly stream?: unknown;
  readonly rollout?: unknown;
}

function payloadOf(payload: unknown): Payload {
  const parsed: unknown = typeof payload === "string" ? tryParse(payload) : payload;
  return typeof parsed === "object" && parsed !== null ? parsed : {};
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The newest deployment of the commit by this stream; of the running commit only one of this rollout. */
async function askedFor(place: MarkPlace, { sha, marked }: { sha: string; marked: Marked }): Promise<Shown> {
  const isRunning = sha === marked.running;
  const found = await findDeployment(place, { sha }, (payload) => {
    return payload.stream === marked.key && (!isRunning || payload.rollout === marked.rollout);
  });
  if (found === null) return nothingShown;
  // Made, and given no status yet: pending, as one that has begun.
  const status = (await newestStatus(place, found)) ?? { state: "in_progress", description: "" };
  return { id: found, text: textOf({ ...status, rollout: isRunning ? marked.rollout : "" }) };
}

interface Query {
  readonly sha?: string;
  readonly environment?: string;
}

async function findDeployment(place: MarkPlace, query: Query, isOurs: (payload: Payload) => boolean): Promise<number | null> {
  for await (const id of deploymentsOf(place, query, isOurs)) return id;
  return null;
}

/** Newest first. */
async function* deploymentsOf(
  { octokit, repository, signal }: MarkPlace,
  query: Query,
  isOurs: (payload: Payload) => boolean,
): AsyncGenerator<number> {
  for (let page = 1; page <= limits.statusPagesMax; page += 1) {
    const { data } = await octokit.rest.repos.listDeployments({
      owner: repository.owner,
      repo: repository.name,
      ...query,
      task,
      per_page: 100,
      page,
      request: { signal },
    });
    for (const it of wholeList(data)) if (isOurs(payloadOf(it.payload))) yield it.id;
    if (data.length < 100) return;
  }
}

async function newestStatus({ octokit, repository, signal }: MarkPlace, id: number) {
  const { data } = await octokit.rest.repos.listDeploymentStatuses({
    owner: repository.owner,
    repo: repository.name,
    deployment_id: id,
    per_page: 1,
    request: { signal },
  });
  return wholeList(data)[0] ?? null;
}

/** A new deployment; an earlier one of the same commit that is still pending waits for nothing any more. */
async function begin(place: MarkPlace, { sha, marked }: { sha: string; marked: Marked }): Promise<number> {
  const { key, rollout, epoch } = marked;
  const isEarlier = (payload: Payload) => payload.stream === key && payload.rollout !== rollout;
  const earlier = epoch > 0 ? await findDeployment(place, { sha }, isEarlier) : null;
  if (earlier !== null && ((await newestStatus(place, earlier))?.state ?? "in_progress") === "in_progress")
    await addStatus(place, { id: earlier, state: "inactive", description: "" });
  return await create(place, { sha, marked });
}

async function create(
  { octokit, repository, signal }: MarkPlace,
  { sha, marked }: { sha: string; marked: Marked },
): Promise<number> {
  const { data } = await octokit.rest.repos.createDeployment({
    owner: repository.owner,
    repo: repository.name,
    ref: sha,
    task,
    auto_merge: false,
    required_contexts: [],
    environment: marked.environment,
    payload: { stream: marked.key, rollout: marked.rollout },
    request: { signal },
  });
  if (!("id" in data)) throw new Error("GitHub answered a deployment without an id");
  return data.id;
}

/** Of this stream in this environment, the one that succeeded last: it is no longer what runs. Others that did not may lie between. */
async function retireFormer(
  place: MarkPlace,
  { id, environment, key }: { id: number; environment: string; key: string },
): Promise<void> {
  let looks = 0;
  for await (const former of deploymentsOf(place, { environment }, (payload) => payload.stream === key)) {
    if (former === id) continue;
    if ((await newestStatus(place, former))?.state === "success") {
      await addStatus(place, { id: former, state: "inactive", description: "" });
      return;
    }
    looks += 1;
    if (looks >= limits.formerDeploymentsMax) return;
  }
}

async function addStatus(
  { octokit, repository, signal }: MarkPlace,
  { id, state, description }: { id: number; state: State; description: string },
): Promise<void> {
  await octokit.rest.repos.createDeploymentStatus({
    owner: repository.owner,
    repo: repository.name,
    deployment_id: id,
    state,
    description,
    auto_inactive: false,
    request: { signal },
  });
}

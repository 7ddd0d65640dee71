import { demoNames, type DemoWorld } from "../demo-world.ts";
import { eventOf, shownByFleet } from "../story/expectation.ts";
import type { PullRequest } from "../world/github-pull-request.ts";
import { commentNodes } from "./comment-nodes.ts";
import type {
  CheckRunView,
  ClusterView,
  CommitView,
  DemoView,
  DeploymentView,
  FleetView,
  PullRequestView,
  WebhookView,
} from "./demo-view.ts";
import { headOf, type Observed, pinnedTo, statusesOf, subjectOf } from "./observed.ts";
import { observePromises, observeWords } from "./observe-promises.ts";

/** How many of each the page shows, the newest ones: more would not be read. */
const shown = { commits: 12, pullRequests: 5, deployments: 4, webhooks: 12 } as const;

/** Everything that the page shows, as the worlds are now. */
export function observeDemo(observed: Observed): DemoView {
  const { world, product, step, explanation, startMs } = observed;
  const head = headOf(world);
  return {
    atMs: world.gitHub.now() - startMs,
    step,
    commits: commits(observed),
    fleet: fleet(world),
    clusters: demoNames.clusters.map((name) => cluster(world, name)),
    pullRequests: world.repository
      .pullRequests()
      .slice(-shown.pullRequests)
      .toReversed()
      .map((it) => pullRequest(observed, it)),
    deployments: deployments(observed),
    checkRun: checkRun(world),
    webhooks: webhooks(observed),
    words: observeWords(observed),
    promises: observePromises(observed),
    world: {
      isGitHubUp: world.gitHub.outage === "up",
      isReceiverUp: world.receiver.behaviour.kind === "ok",
      isBroken: world.isBroken(head),
      pid: product.opsUrl === "" ? 0 : product.pid,
      explanation,
    },
  };
}

function commits({ world, startMs }: Observed): readonly CommitView[] {
  const head = headOf(world);
  const onBranch = new Set<string>();
  for (let sha: string | undefined = head; sha !== undefined; sha = world.repository.git.lookup(sha)?.parents[0])
    onBranch.add(sha);
  const pullRequests = world.repository.pullRequests();
  return world
    .commits()
    .slice(-shown.commits)
    .toReversed()
    .map((sha) => ({
      sha,
      subject: subjectOf(world, sha),
      // git keeps whole seconds: the first commit may be older than the demo by a part of one.
      atMs: Math.max(0, (world.repository.git.lookup(sha)?.committedMs ?? startMs) - startMs),
      pullRequest: pullRequests.find(({ mergeCommitSha }) => mergeCommitSha === sha)?.number ?? null,
      isHead: sha === head,
      isOnBranch: onBranch.has(sha),
      status: statusesOf(world, sha)[0] ?? null,
    }));
}

function fleet(world: DemoWorld): FleetView {
  const { commit = "", isReady = false } = shownByFleet(world) ?? {};
  return { commit, isReady, pinnedTo: pinnedTo(world) ?? "" };
}

function cluster(world: DemoWorld, name: string): ClusterView {
  const live = pinnedTo(world) === null ? [] : [...world.fleet.runs(name, demoNames.gitRepo).values()];
  return {
    name,
    isOnline: world.fleet.isOnline(name),
    runs: live[0]?.sha ?? "",
    isWhole: live.every(({ isHealthy, isWhole }) => isHealthy && isWhole),
  };
}

function pullRequest({ world, startMs }: Observed, it: PullRequest): PullRequestView {
  const { number, title, author, headBranch, headSha, mergeCommitSha } = it;
  return {
    number,
    title,
    author: author.login,
    headBranch,
    headSha,
    mergeCommitSha,
    statuses: statusesOf(world, headSha),
    comments: world.gitHub.comments(demoNames.repository, number).map(({ author, body, createdMs, updatedMs }) => ({
      author: author.login,
      isEdited: updatedMs > createdMs,
      atMs: updatedMs - startMs,
      body: commentNodes(body),
    })),
  };
}

function deployments({ world, startMs }: Observed): readonly DeploymentView[] {
  const newest = world.repository.deployments.list({ sha: null, task: null, environment: null }).slice(0, shown.deployments);
  return newest.map(({ id, sha, environment, statuses: [status], createdMs }) => {
    const { state = "pending", description = "" } = status ?? {};
    const isOpen = state === "in_progress" || state === "queued";
    const atMs = (status?.createdMs ?? createdMs) - startMs;
    return { id, sha, environment, state: isOpen ? "pending" : state, description, atMs };
  });
}

function checkRun(world: DemoWorld): CheckRunView | null {
  const [run] = world.repository.checkRuns.list(shownByFleet(world)?.commit ?? "");
  if (run === undefined) return null;
  const { name, sha, conclusion, title, summary } = run;
  const state = conclusion === null ? "pending" : conclusion === "success" || conclusion === "failure" ? conclusion : "error";
  return { name, sha, state, description: title ?? "", page: commentNodes(summary ?? "") };
}

function webhooks({ world, startMs }: Observed): readonly WebhookView[] {
  const newest = world.receiver.requests.slice(-shown.webhooks).toReversed();
  return newest.map(({ atMs, status, headers, body }) => {
    const event = eventOf(body);
    return {
      id: headers["webhook-id"] ?? "",
      atMs: atMs - startMs,
      status,
      type: event?.type ?? "",
      sequence: event?.sequence ?? 0,
      summary: event?.data.summary ?? "",
      body,
    };
  });
}

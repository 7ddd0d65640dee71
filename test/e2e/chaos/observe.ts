import type { ObservedWorld } from "../../../simulator/checkers/observed-world.ts";
import { type Entry, type Hook, Ledger, type Status } from "../../../simulator/simulation/ledger.ts";
import { namespace, receivers } from "../../../simulator/simulation/simulated-notification.ts";
import { storyLine } from "../../../simulator/simulation/story-line.ts";
import type { ReceivedRequest } from "../../../simulator/world/receiver.ts";
import type { ChaosWorld } from "./chaos-world.ts";

/** The time between a status was thought of and stood on GitHub: a request's, and what API server and watch take on a busy machine. */
const statusLateMs = 20_000;
/** The same for a webhook, whose body says when its message was made. */
const watchLateMs = 5_000;

/** The receivers' records as the simulation's checkers read them, now. */
export function observe(world: ChaosWorld, startsMs: readonly number[]): ObservedWorld {
  const nowMs = Date.now();
  const ledger = new Ledger();
  for (const ms of startsMs) ledger.add({ kind: "look", ms, sinceMs: ms, process: 0, why: "start", notification: "" });
  const { board, log, chat } = world.receivers;
  const hooks = [...board.requests, ...chat.requests].map((it) => hookOf(it, receivers.latest));
  hooks.push(...log.requests.map((it) => hookOf(it, receivers.every)));
  for (const entry of [...world.acts.entries, ...hooks, ...statuses(world)].toSorted((a, b) => a.ms - b.ms)) ledger.add(entry);
  return {
    nowMs,
    ledger,
    gitHub: { latestStatuses: () => latest(statuses(world)), made: () => [], comments: () => comments(world), trespasses: [] },
    truth: world.truth,
    gitRepos: world.gitRepos,
    find(name) {
      const found = world.gitRepos.find((it) => it.name === name);
      if (found === undefined) throw new Error(`no GitRepo "${name}" in this world`);
      return found;
    },
    objects: { uidOf: (name) => world.mirrored.uidOf(namespace, name) },
    marksMore: false,
    isDivided: false,
    isGrouped: false,
    notification: { name: "deployments", isThere: true, isChanged: false, selects: () => true },
    team: null,
    isDisturbed: false,
    skewMs: 0,
  };
}

/** What happened to a GitRepo, a line each, for whom something failed. */
export function storyOf(world: ObservedWorld, gitRepo: string): string {
  const { ledger } = world;
  const { repository } = world.find(gitRepo);
  const entries = [...ledger.of("told"), ...ledger.of("look"), ...ledger.of("hook"), ...ledger.of("status")];
  const lines = entries.toSorted((a, b) => a.ms - b.ms).map((it) => ({ it, line: storyLine(it) ?? "" }));
  const isOfIt = ({ it, line }: { it: Entry; line: string }) =>
    it.kind === "look" || [gitRepo, repository.name].some((name) => line.includes(name));
  return lines
    .filter(isOfIt)
    .map(({ line }) => line)
    .join("\n");
}

function hookOf({ atMs, headers, body, status }: ReceivedRequest, receiver: string): Hook {
  const { timestamp } = JSON.parse(body) as { timestamp: string };
  return {
    kind: "hook",
    // Who sent what is told by relays, see oneSender.
    process: 0,
    isLate: false,
    ms: atMs,
    sinceMs: Date.parse(timestamp) - watchLateMs,
    receiver,
    stream: headers["signalman-stream"] ?? "",
    sequence: Number(headers["signalman-sequence"]),
    id: headers["webhook-id"] ?? "",
    body,
    isTaken: status >= 200 && status < 300,
  };
}

/** All that was ever posted, oldest first. */
function statuses({ stage, repositories }: ChaosWorld): Status[] {
  const posted = repositories.flatMap(({ name }) => {
    const hosted = stage.github.repository(`acme/${name}`);
    return hosted.statuses.shas().flatMap((sha) => hosted.statuses.list(sha).map((it) => ({ ...it, repository: name })));
  });
  return posted
    .toSorted((a, b) => a.id - b.id)
    .map(({ repository, sha, context, state, description, createdMs }) => ({
      kind: "status",
      process: 0,
      ms: createdMs,
      sinceMs: createdMs - statusLateMs,
      repository,
      sha,
      context,
      state,
      description: description ?? "",
      place: 0,
      page: "",
    }));
}

function latest(posted: readonly Status[]): readonly Status[] {
  return [...new Map(posted.map((it) => [`${it.repository} ${it.sha} ${it.context}`, it])).values()];
}

function comments({ stage, repositories }: ChaosWorld) {
  return repositories.flatMap(({ name }) => {
    const hosted = stage.github.repository(`acme/${name}`);
    return hosted.pullRequests().map(({ number }) => ({
      repository: name,
      number,
      bodies: stage.github.comments(`acme/${name}`, number).map(({ body }) => body),
    }));
  });
}

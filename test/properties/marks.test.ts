import { Octokit } from "@octokit/rest";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLog } from "../../simulator/faces/github-api-under-test.ts";
import { Dice } from "../../simulator/simulation/dice.ts";
import { FaultPlan } from "../../simulator/simulation/fault-plan.ts";
import { Ledger } from "../../simulator/simulation/ledger.ts";
import { Life } from "../../simulator/simulation/life.ts";
import { botLogin, SimulatedGitHub } from "../../simulator/simulation/simulated-git-hub.ts";
import { eventDocument } from "../../src/core/message/event-document.ts";
import type { Fate, Message } from "../../src/core/message/message.ts";
import { sampleMessage } from "../../src/core/message/sample-message.ts";
import { checkRun } from "../../src/destinations/check-run.ts";
import { deployment } from "../../src/destinations/deployment.ts";
import type { Attempt, Destination, DestinationIo } from "../../src/destinations/destination.ts";
import { repositoryDispatch } from "../../src/destinations/repository-dispatch.ts";
import { SlotMemories } from "../../src/engine/slot-memories.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { attemptOf, neverAborted } from "../github/destination-under-test.ts";

/** What a stream tells, one after the other: of which commit of a line of them, what, and which request of the try loses its answer. */
const walks = fc.array(
  fc.record({
    place: fc.nat({ max: 5 }),
    outcome: fc.constantFrom("deploying", "ready", "failed"),
    lost: fc.option(fc.nat({ max: 5 })),
    restarts: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);
type Step = typeof walks extends fc.Arbitrary<(infer T)[]> ? T : never;

/** One message, with how its try goes. */
interface Said {
  readonly message: Message;
  readonly step: Step;
}

const shaOf = (place: number) => String(place).padEnd(40, "0");
const events = { deploying: "GitRepoDeploying", ready: "GitRepoReady", failed: "GitRepoFailed" } as const;
const fateOf = { deploying: "waiting", ready: "deployed", failed: "failed" } as const;

/**
 * What the core would say along the walk: a step back once the older commit runs, and the fate of each commit that was replaced. While a step back
 * lasts nothing is told but of the commit at which it ended.
 */
function told(walk: readonly Step[]): readonly Said[] {
  const open = new Set<number>();
  let [current, epoch, from] = [-1, 0, -1];
  return walk.flatMap((step, index): Said[] => {
    const { place, outcome } = step;
    const isBack = place < current;
    if ((isBack && outcome !== "ready") || (place > current && place < from)) return [];
    open.delete(place);
    const fates = [...open].map((it): Fate => ({ commit: shaOf(it), fate: it > place ? "rolledBack" : fateOf[outcome] }));
    if (isBack) [epoch, from] = [epoch + 1, current];
    else if (place >= from) from = -1;
    const relation = isBack ? "behind" : place > current ? "ahead" : "same";
    const named = isBack ? { commit: shaOf(current), rolledBackTo: shaOf(place) } : { commit: shaOf(place) };
    const message = sampleMessage(isBack ? "GitRepoRolledBack" : events[outcome], {
      ...named,
      epoch,
      sequence: index + 1,
      relation,
      rolledBackFrom: isBack || from === -1 ? "" : shaOf(from),
      fates: fates.filter((it) => it.commit !== named.commit),
      pullRequests: [],
    });
    if (outcome === "deploying") open.add(place);
    else open.clear();
    current = place;
    return [{ message, step }];
  });
}

/** Tries each message until it is delivered; an answer that is lost is followed by another try, sometimes of another process. */
async function deliver(
  walk: readonly Step[],
  { destination, config }: { destination: Destination<never>; config: Attempt["config"] },
): Promise<SimulatedGitHub> {
  const gitHub = new SimulatedGitHub();
  let slots = new SlotMemories();
  for (const { message, step } of told(walk)) {
    for (let tries = 0; ; tries += 1) {
      const io = ioOf(gitHub, { slots, lost: tries === 0 ? step.lost : null });
      const attempt = attemptOf(config, message, { verify: tries > 0 }) as Attempt<never>;
      const { kind } = await destination.apply(attempt, io, neverAborted);
      if (kind === "delivered") break;
      expect(["unknown", "retry"]).toContain(kind);
      if (step.restarts) slots = new SlotMemories();
    }
  }
  return gitHub;
}

interface Way {
  readonly slots: SlotMemories;
  /** Which request loses its answer. */
  readonly lost: number | null;
  readonly ledger?: Ledger;
}

function ioOf(gitHub: SimulatedGitHub, { slots, lost, ledger = new Ledger() }: Way): DestinationIo {
  const life = new Life(new VirtualClock(0), () => {}, 1);
  const never = { save: 0, ask: 0, read: 0, write: 0, hook: 0, lease: 0 };
  const faults = new FaultPlan(new Dice(1), never);
  const send = gitHub.fetchOf({ life, faults, ledger, now: () => 0, sinceMs: 0 });
  let requests = 0;
  const fetch: typeof send = async (...request) => {
    const answer = await send(...request);
    requests += 1;
    if (requests - 1 === lost) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    return answer;
  };
  const unexpected = () => Promise.reject(new Error("a GitHub destination needs no such thing"));
  return {
    github: async () => new Octokit({ baseUrl: "https://api.github.com", request: { fetch }, log: silentLog }),
    botLogin: async () => botLogin,
    http: unexpected,
    secret: unexpected,
    now: () => 0,
    inSlot: (slot, work) => slots.inSlot(slot, work),
    rows: () => [],
  };
}

/** The rule of design §5 in plain words: what stands on each commit in the end. */
function expectedRuns(walk: readonly Step[]): readonly string[] {
  const shown = new Map<string, string>();
  const unlessFinal = (sha: string, state: string) => {
    if ((shown.get(sha) ?? "pending") === "pending") shown.set(sha, state);
  };
  for (const { message } of told(walk)) {
    const { event, commit, rolledBackTo, rolledBackFrom } = message;
    if (event === "GitRepoDeploying" && rolledBackFrom === "") shown.set(commit, "pending");
    if (event === "GitRepoDeploying") unlessFinal(commit, "pending");
    if (event === "GitRepoReady") shown.set(commit, "success");
    if (event === "GitRepoFailed" || event === "GitRepoRolledBack") shown.set(commit, "failure");
    for (const it of message.fates) {
      if (it.fate === "deployed") unlessFinal(it.commit, "success");
      if (it.fate === "failed") unlessFinal(it.commit, "failure");
      if (it.fate === "rolledBack") shown.set(it.commit, "failure");
    }
    if (rolledBackTo !== "") shown.set(rolledBackTo, "success");
  }
  return [...shown].map(([sha, state]) => `${sha} ${state}`).toSorted();
}

/** The same of deployments, oldest first: a rollout has one, what does not run any more is inactive, and only the last one may be pending. */
function expectedDeployments(walk: readonly Step[]): readonly string[] {
  const made: { sha: string; epoch: number; state: string }[] = [];
  const close = (sha: string, state: string) => {
    const last = made.findLast((it) => it.sha === sha);
    if (last?.state === "pending") last.state = state;
  };
  for (const { message } of told(walk)) {
    const { event, commit, rolledBackTo, rolledBackFrom, epoch } = message;
    const sha = rolledBackTo || commit;
    const state = event === "GitRepoDeploying" ? "pending" : event === "GitRepoFailed" ? "failure" : "success";
    const gone = made.findLast((it) => it.sha === commit);
    if (rolledBackTo !== "" && gone !== undefined) gone.state = "inactive";
    const last = made.findLast((it) => it.sha === sha && it.epoch === epoch);
    const isFinal = last !== undefined && last.state !== "pending";
    if (state === "pending" && rolledBackFrom !== "" && isFinal) continue;
    if (last === undefined) close(sha, "inactive");
    if (state === "success") for (const it of made) if (it !== last && it.state === "success") it.state = "inactive";
    if (last === undefined) made.push({ sha, epoch, state });
    else last.state = state;
    for (const it of message.fates) {
      if (it.fate === "deployed") close(it.commit, "inactive");
      if (it.fate === "failed") close(it.commit, "failure");
      const former = made.findLast(({ sha }) => sha === it.commit);
      if (it.fate === "rolledBack" && former !== undefined) former.state = "inactive";
    }
  }
  return made.map(({ sha, state }) => `${sha} ${state}`);
}

describe("what GitHub shows at the end of a random walk over commits, some answers lost", () => {
  test("one check run on each commit, which says what became of it", { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(walks, async (walk) => {
      const gitHub = await deliver(walk, { destination: checkRun as Destination<never>, config: { type: "checkRun" } });
      const shown = gitHub.latestStatuses().map(({ sha, state }) => `${sha} ${state}`);
      expect(shown.toSorted()).toEqual(expectedRuns(walk));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("one deployment for each rollout, and the last one is what runs", { timeout: 60_000 }, async () => {
    const config = { type: "deployment", environment: "" } as const;
    const property = fc.asyncProperty(walks, async (walk) => {
      const gitHub = await deliver(walk, { destination: deployment as Destination<never>, config });
      const shown = gitHub.latestStatuses().map(({ sha, state }) => `${sha} ${state}`);
      expect(shown.toReversed()).toEqual(expectedDeployments(walk));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("the twins tell apart: all that can become of a commit happens", () => {
    const samples = fc.sample(walks, { numRuns: 100, seed: 1 });
    const found = new Set(
      samples.flatMap((it) => [...expectedRuns(it), ...expectedDeployments(it)]).map((it) => it.split(" ")[1]),
    );
    expect(found).toEqual(new Set(["failure", "inactive", "pending", "success"]));
  });
});

test("a workflow gets each message once or again under its id, its payload what the documented object says", async () => {
  const message = fc.record({ event: fc.constantFrom("GitRepoReady", "GitRepoFailed", "GitRepoRolledBack"), sequence: fc.nat() });
  const property = fc.asyncProperty(message, fc.option(fc.constant(0)), async ({ event, sequence }, lost) => {
    const said = { ...sampleMessage(event), sequence };
    const gitHub = new SimulatedGitHub();
    const ledger = new Ledger();
    const slots = new SlotMemories();
    for (const each of [lost, null]) {
      const io = ioOf(gitHub, { slots, lost: each, ledger });
      const config = { type: "repositoryDispatch", eventType: "fleet" } as const;
      if ((await repositoryDispatch.apply(attemptOf(config, said), io, neverAborted)).kind === "delivered") break;
    }
    const got = ledger.of("hook");
    expect(got.map(({ id }) => id)).toEqual(lost === null ? [said.id] : [said.id, said.id]);
    const timestamp = new Date(said.createdMs).toISOString();
    const payload = { type: event, timestamp, stream: "a stream", sequence, data: eventDocument(said) };
    for (const { body } of got) expect(JSON.parse(body)).toEqual(payload);
  });
  await fc.assert(property, { numRuns: 50 });
});

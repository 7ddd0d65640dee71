import { demoNames, type DemoWorld } from "../demo-world.ts";
import {
  expectClusters,
  expectComment,
  expectEvent,
  expectFleetShows,
  expectStatus,
  expectTurnedAway,
  type Expectation,
} from "./expectation.ts";

/** One step of a story: what people do, and what must be visible before the next one. Nothing waits for a time. */
export interface StoryStep {
  readonly title: string;
  /** Does it, and says what must become visible. */
  readonly act: (world: DemoWorld) => Promise<readonly Expectation[]>;
}

/** What later steps need to know of earlier ones. */
interface Known {
  /** The commit that the repository begins with. */
  first: string;
  pullRequest: { readonly number: number; readonly sha: string; readonly headSha: string };
  /** The first of the two quick commits. */
  slow: string;
  newest: string;
}

const prices = (text: string) => ({ "web/prices.yaml": `kind: ConfigMap\ndata: { prices: ${text} }\n` });
const everywhere = /^Deployed to 3\/3 clusters$/;

/**
 * What `demo` plays: a first deployment, a pull request, a commit that Fleet cannot apply and its fix, two commits in quick succession
 * while a cluster is offline, a rollback and the way back, and a force-push while the webhook's receiver is down, during which Signalman is
 * killed. `crash` kills it and resolves once its successor runs; null leaves that out.
 */
export function demoStory({ crash }: { readonly crash: (() => Promise<void>) | null }): readonly StoryStep[] {
  const known: Known = { first: "", pullRequest: { number: 0, sha: "", headSha: "" }, slow: "", newest: "" };
  return [...deployments(known), ...failure(), ...quickCommits(known), ...rollback(known), ...forcePush(known, crash)];
}

function deployments(known: Known): readonly StoryStep[] {
  return [
    {
      title: "A GitRepo is added; Fleet deploys the branch's head to three clusters",
      act: async (world) => {
        known.first = world.repository.git.head(world.repository.defaultBranch) ?? "";
        const { gitRepo: name, repo } = demoNames;
        world.act((fleet) => fleet.addGitRepo({ name, repo, pollingIntervalMs: 1_000 }));
        return [expectStatus(known.first, "success", everywhere), expectEvent("GitRepoReady", known.first)];
      },
    },
    {
      title: "A pull request is merged",
      act: async (world) => {
        known.pullRequest = await world.mergeChange("Show prices", prices("{ tea: 3 }"));
        const { number, sha, headSha } = known.pullRequest;
        return [
          expectStatus(sha, "success", everywhere),
          expectStatus(headSha, "success", /./),
          expectComment(number, /✅ Deployed/),
          expectEvent("GitRepoReady", sha),
        ];
      },
    },
  ];
}

function failure(): readonly StoryStep[] {
  return [
    {
      title: "A commit breaks fleet.yaml: Fleet's Job fails, and Fleet goes on saying Ready",
      act: async (world) => {
        const sha = await world.push({ "web/fleet.yaml": "defaultNamespace: [shop\n" }, { message: "Break fleet.yaml" });
        const said = /could not apply this commit.*did not find expected/;
        return [expectStatus(sha, "failure", said), expectEvent("GitRepoFailed", sha)];
      },
    },
    {
      title: "The fix",
      act: async (world) => {
        const sha = await world.push({ "web/fleet.yaml": "defaultNamespace: shop\n" }, { message: "Mend fleet.yaml" });
        return [expectStatus(sha, "success", /3\/3 clusters/), expectEvent("GitRepoReady", sha)];
      },
    },
  ];
}

function quickCommits(known: Known): readonly StoryStep[] {
  return [
    {
      title: "Two quick commits; tokyo is offline when the first one arrives",
      act: async (world) => {
        world.act((fleet) => fleet.setClusterOnline("tokyo", false));
        known.slow = await world.push(prices("{ tea: 4 }"), { message: "Raise prices" });
        return [expectStatus(known.slow, "pending", /./), expectClusters(known.slow, 2)];
      },
    },
    {
      title: "The second commit; tokyo comes back",
      act: async (world) => {
        known.newest = await world.push(prices("{ tea: 5 }"), { message: "Raise prices again" });
        world.act((fleet) => fleet.setClusterOnline("tokyo", true));
        return [
          expectStatus(known.newest, "success", everywhere),
          expectStatus(known.slow, "success", /^Deployed/),
          expectEvent("GitRepoReady", known.newest),
        ];
      },
    },
  ];
}

function rollback(known: Known): readonly StoryStep[] {
  const rolledBack = /^Rolled back to/;
  return [
    {
      title: "A rollback: spec.revision is pinned to the first commit, from before the pull request",
      act: async (world) => {
        const { number, headSha } = known.pullRequest;
        world.act((fleet) => fleet.setRevision(demoNames.gitRepo, known.first));
        return [
          expectStatus(known.newest, "failure", rolledBack),
          expectStatus(headSha, "failure", rolledBack),
          expectComment(number, /Rolled back to/),
          expectEvent("GitRepoRolledBack", known.newest),
        ];
      },
    },
    {
      title: "The pin is taken away: the newest commit again",
      act: async (world) => {
        const { number, headSha } = known.pullRequest;
        world.act((fleet) => fleet.setRevision(demoNames.gitRepo, ""));
        return [
          // Where Fleet first makes a Job for the pinned commit, which clones the branch, the newest commit changes nothing any more.
          expectStatus(known.newest, "success", /3\/3 clusters/),
          expectStatus(headSha, "success", /3\/3 clusters/),
          expectComment(number, /✅ Deployed/),
          expectFleetShows(known.newest),
        ];
      },
    },
  ];
}

function forcePush(known: Known, crash: (() => Promise<void>) | null): readonly StoryStep[] {
  return [
    {
      title: "The receiver goes down; a force-push replaces everything after the pull request",
      act: async (world) => {
        world.receiver.behave({ kind: "status", status: 503 });
        await world.rewriteTo(known.pullRequest.sha);
        known.newest = await world.push(prices("{ tea: 2 }"), { message: "Lower prices instead" });
        return [expectStatus(known.newest, "success", everywhere), expectTurnedAway()];
      },
    },
    ...(crash === null ? [] : [crashing(crash)]),
    {
      title: "The receiver is up again and gets what it missed",
      act: async (world) => {
        world.receiver.behave({ kind: "ok" });
        return [expectEvent("GitRepoReady", known.newest)];
      },
    },
  ];
}

function crashing(crash: () => Promise<void>): StoryStep {
  return {
    title: "Signalman is killed (kill -9) and started anew; it knows only what lies in Kubernetes",
    act: async () => {
      await crash();
      return [];
    },
  };
}

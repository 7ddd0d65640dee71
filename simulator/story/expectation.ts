import { demoNames, type DemoWorld } from "../demo-world.ts";
import { kinds as demoKinds } from "../world/kubernetes-kind.ts";

/** Something that must be visible in the worlds before a story goes on. */
export interface Expectation {
  /** What is expected, for the one who waits in vain. */
  readonly text: string;
  holds(world: DemoWorld): boolean;
}

export const statusContext = `fleet/${demoNames.namespace}/${demoNames.gitRepo}`;

/** GitHub shows this status on the commit, for the demo's GitRepo. */
export function expectStatus(sha: string, state: string, description: RegExp): Expectation {
  return {
    text: `the status of ${sha.slice(0, 7)} is ${state}, ${description.source}`,
    holds: ({ gitHub }) => {
      const status = gitHub.latestStatuses(demoNames.repository, sha).get(statusContext);
      return status?.state === state && description.test(status.description ?? "");
    },
  };
}

/** The one comment of Signalman's on a pull request says this. */
export function expectComment(number: number, words: RegExp): Expectation {
  return {
    text: `one comment on #${number} says ${words.source}`,
    holds: ({ gitHub }) => {
      const comments = gitHub.comments(demoNames.repository, number);
      return comments.length === 1 && words.test(comments[0]?.body ?? "");
    },
  };
}

/** The receiver has accepted this event about this commit. */
export function expectEvent(type: string, sha: string): Expectation {
  return {
    text: `the receiver got ${type} for ${sha.slice(0, 7)}`,
    holds: ({ receiver }) =>
      receiver.accepted().some(({ body }) => {
        const event = eventOf(body);
        return event?.type === type && event.data.commit === sha;
      }),
  };
}

/** The receiver has turned somebody away since it is down. */
export function expectTurnedAway(): Expectation {
  return {
    text: "the receiver turned a request away",
    holds: ({ receiver }) => receiver.requests.some(({ status }) => status === 503),
  };
}

/** Fleet shows this commit on the GitRepo. */
export function expectFleetShows(sha: string): Expectation {
  return {
    text: `Fleet shows ${sha.slice(0, 7)}`,
    holds: (world) => shownByFleet(world)?.commit === sha,
  };
}

/** So many clusters really hold what the commit holds. */
export function expectClusters(sha: string, count: number): Expectation {
  return {
    text: `${count} clusters hold ${sha.slice(0, 7)}`,
    holds: (world) => world.clustersWith(sha) === count,
  };
}

/** What the GitRepo in the cluster claims at present; null before it is there. */
export function shownByFleet({ objects }: DemoWorld): { commit: string; isReady: boolean } | null {
  const object = objects.find(demoKinds.gitRepo, { namespace: demoNames.namespace, name: demoNames.gitRepo });
  const status = object?.status as GitRepoClaims | undefined;
  if (status === undefined) return null;
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  return { commit: status.commit ?? "", isReady: ready?.status === "True" };
}

interface GitRepoClaims {
  readonly commit?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** The body of `format: event` (docs/webhooks.md), as far as stories look at it. */
export interface EventBody {
  readonly type: string;
  readonly stream: string;
  readonly sequence: number;
  readonly data: { readonly commit: string; readonly summary: string };
}

/** null where it is no such body. */
export function eventOf(body: string): EventBody | null {
  try {
    return JSON.parse(body) as EventBody;
  } catch {
    return null;
  }
}

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoNames, startDemoWorld, type DemoWorld } from "../demo-world.ts";
import { expectClusters, expectStatus, shownByFleet, statusContext } from "./expectation.ts";
import { Narrator } from "./narrator.ts";
import { playStory } from "./play-story.ts";
import { Promises } from "./promises.ts";

let world: DemoWorld;
beforeEach(async () => {
  world = await startDemoWorld();
});
afterEach(() => world.close());

const never = new AbortController().signal;

function addGitRepo(): void {
  world.act((fleet) => fleet.addGitRepo({ name: demoNames.gitRepo, repo: demoNames.repo, pollingIntervalMs: 200 }));
}

function head(): string {
  return world.repository.git.head("main")!;
}

/** A status as Signalman would post it, seen by whoever watches GitHub. */
function postStatus(sha: string, state: "success" | "pending"): void {
  const writer = { account: world.gitHub.account("signalman[bot]"), appId: 1 };
  world.repository.postStatus(sha, { state, context: statusContext, description: "said" }, writer);
  const path = `/repos/acme/shop/statuses/${sha}`;
  world.gitHub.arrived({ atMs: 0, method: "POST", path, query: "", body: { state, description: "said" }, from: "app" })(201);
}

/** A webhook that the receiver took. */
function deliver(id: string, sequence: number): void {
  const body = JSON.stringify({ type: "GitRepoReady", stream: "s", sequence, data: { commit: head(), summary: "told" } });
  world.receiver.arrived({ atMs: 0, method: "POST", path: "/", headers: { "webhook-id": id }, body })(204);
}

describe("the world of the demo", () => {
  test("Fleet runs by itself with the clock: a GitRepo's commit comes to all clusters, and a pushed one after it", async () => {
    const titles: string[] = [];
    await playStory(
      world,
      [
        { title: "one", act: async () => (addGitRepo(), [expectClusters(head(), 3)]) },
        { title: "two", act: async () => [expectClusters(await world.push({ "web/x.yaml": "x" }, { message: "x" }), 3)] },
      ],
      { onStep: (title) => titles.push(title), patienceMs: 10_000, signal: never },
    );
    expect(titles).toEqual(["one", "two"]);
    expect(shownByFleet(world)?.commit).toBe(head());
  });

  test("the narrator shows the moment at which Fleet says Ready and no cluster has it", async () => {
    const lines: string[] = [];
    const narrator = new Narrator(world, { print: (line) => lines.push(line), colours: false, now: () => 0 });
    addGitRepo();
    await playStory(world, [{ title: "", act: async () => [expectClusters(head(), 3)] }], {
      onStep: () => {},
      patienceMs: 10_000,
      signal: never,
    });
    postStatus(head(), "success");
    narrator.tellRequests();
    narrator.stop();
    expect(lines.join("\n")).toContain(`${head().slice(0, 7)} Ready, really on 0 of 3 clusters`);
    expect(lines.join("\n")).toContain(`Signalman  ${head().slice(0, 7)} success: said`);
    expect(lines.join("\n")).toContain(`201 POST /repos/acme/shop/statuses/${head()}`);
  });
});

describe("a story", () => {
  test("that is not seen through ends, and says which step lacked what", async () => {
    const step = { title: "Something", act: async () => [expectStatus(head(), "success", /Deployed/)] };
    const playing = playStory(world, [step], { onStep: () => {}, patienceMs: 20, signal: never });
    await expect(playing).rejects.toThrow(/"Something" was not seen through in 20 ms[^]*the status of .* is success, Deployed/);
  });

  test("that is called off ends at once", async () => {
    const stop = new AbortController();
    const step = { title: "Something", act: async () => [expectStatus(head(), "success", /./)] };
    const playing = playStory(world, [step], { onStep: () => {}, patienceMs: 60_000, signal: stop.signal });
    stop.abort(new Error("Enough."));
    await expect(playing).rejects.toThrow("Enough.");
  });
});

describe("the demo's promises are broken by", () => {
  test("a success while the clusters hold something else", () => {
    const promises = new Promises(world);
    addGitRepo();
    postStatus(head(), "success");
    expect(promises.broken()).toEqual([expect.stringMatching(/^success was said while 0 clusters held/)]);
  });

  test("a message that is accepted twice, or after a later one", () => {
    const promises = new Promises(world);
    deliver("a", 1);
    deliver("b", 3);
    deliver("b", 3);
    deliver("c", 2);
    expect(promises.broken()).toEqual(["b was accepted twice", "sequence 3 came after 3", "sequence 2 came after 3"]);
  });

  test("a status that is left pending", () => {
    const promises = new Promises(world);
    postStatus(head(), "pending");
    expect(promises.broken()).toEqual([`${head().slice(0, 7)} is left pending: said`]);
  });

  test("nothing, where all is well", async () => {
    const promises = new Promises(world);
    addGitRepo();
    await playStory(world, [{ title: "", act: async () => [expectClusters(head(), 3)] }], {
      onStep: () => {},
      patienceMs: 10_000,
      signal: never,
    });
    postStatus(head(), "pending");
    postStatus(head(), "success");
    deliver("a", 1);
    deliver("b", 2);
    expect(promises.broken()).toEqual([]);
  });
});

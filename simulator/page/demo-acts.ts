import { demoNames, type DemoWorld } from "../demo-world.ts";
import type { ProductProcess } from "../product-process.ts";
import { shownByFleet } from "../story/expectation.ts";
import { headOf, pinnedTo } from "./observed.ts";

/** What a button does. Resolves when it is done; throws where it cannot be done now, with words for people. */
export type DemoAct = () => Promise<void>;

export interface ActsOn {
  readonly world: DemoWorld;
  readonly product: ProductProcess;
}

/** The page's buttons, by the name that it sends. Each acts on the world as people and machines would; nothing is faked for the page. */
export function demoActs({ world, product }: ActsOn): ReadonlyMap<string, DemoAct> {
  let changes = 0;
  const files = () => ({ "web/prices.yaml": `kind: ConfigMap\ndata: { prices: { tea: ${10 + changes} } }\n` });
  const pushable = () => {
    if (world.gitHub.outage !== "up") throw new Error("GitHub is offline: nobody can push. Bring it back first.");
    changes += 1;
  };
  const acts: Record<string, DemoAct> = {
    merge: async () => {
      pushable();
      await world.mergeChange(`Set the price of tea to ${10 + changes}`, files());
    },
    breakOrMend: async () => {
      pushable();
      const isBroken = world.isBroken(headOf(world));
      const change = isBroken ? brokenFilesGone : { "web/nothing.yaml": "kind: Nothing\n" };
      await world.push(change, { message: isBroken ? "Mend the web bundle" : "Add a kind that no cluster knows" });
    },
    rollBack: async () => rollBackOrFollow(world),
    forcePush: async () => {
      pushable();
      const parent = world.repository.git.lookup(headOf(world))?.parents[0];
      if (parent === undefined) throw new Error("The branch has one commit: there is nothing to rewrite. Make a commit first.");
      await world.rewriteTo(parent);
      await world.push(files(), { message: `Set the price of tea to ${10 + changes} instead` });
    },
    gitHub: async () => world.gitHub.setOutage(world.gitHub.outage === "up" ? "refused" : "up"),
    receiver: async () => {
      const isUp = world.receiver.behaviour.kind === "ok";
      world.receiver.behave(isUp ? { kind: "status", status: 503 } : { kind: "ok" });
    },
    crash: () => product.crash(() => world.gitHub.now()),
  };
  for (const name of demoNames.clusters) {
    acts[`cluster-${name}`] = async () => world.act((fleet) => fleet.setClusterOnline(name, !fleet.isOnline(name)));
  }
  return new Map(Object.entries(acts));
}

const brokenFilesGone = { "web/nothing.yaml": null, "web/fleet.yaml": "defaultNamespace: shop\n" };

/** Pins the GitRepo to the newest commit before the shown one that can be applied; where it is pinned, lets it follow its branch again. */
function rollBackOrFollow(world: DemoWorld): void {
  const parentOf = (sha: string) => world.repository.git.lookup(sha)?.parents[0];
  let revision = "";
  if (pinnedTo(world) === "") {
    let before = parentOf(shownByFleet(world)?.commit ?? "");
    while (before !== undefined && world.isBroken(before)) before = parentOf(before);
    if (before === undefined) throw new Error("There is no older commit to roll back to. Make a commit first.");
    revision = before;
  }
  world.act((fleet) => fleet.setRevision(demoNames.gitRepo, revision));
}

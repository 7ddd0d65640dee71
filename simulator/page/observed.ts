import { demoNames, type DemoWorld } from "../demo-world.ts";
import type { ProductProcess } from "../product-process.ts";
import { kinds } from "../world/kubernetes-kind.ts";
import type { Chronicle } from "./chronicle.ts";
import type { StatusView } from "./demo-view.ts";

/** What is looked at. */
export interface Observed {
  readonly world: DemoWorld;
  readonly chronicle: Chronicle;
  readonly product: Pick<ProductProcess, "pid" | "opsUrl">;
  /** The demo's beginning, milliseconds since the epoch: all of the page's times count from it. */
  readonly startMs: number;
  readonly step: string | null;
  readonly explanation: string;
}

export function headOf({ repository }: DemoWorld): string {
  return repository.git.head(repository.defaultBranch) ?? "";
}

/** The first line of the commit's message; "" where there is no such commit. */
export function subjectOf({ repository }: DemoWorld, sha: string): string {
  return repository.git.lookup(sha)?.message.split("\n")[0] ?? "";
}

/** What GitHub shows on a commit, newest of each context. */
export function statusesOf({ gitHub }: DemoWorld, sha: string): readonly StatusView[] {
  const latest = [...gitHub.latestStatuses(demoNames.repository, sha).values()];
  return latest.map(({ context, state, description }) => ({ context, state, description: description ?? "" }));
}

/** The commit that the GitRepo is pinned to, "" where it follows its branch; null where there is no GitRepo yet. */
export function pinnedTo({ objects }: DemoWorld): string | null {
  const object = objects.find(kinds.gitRepo, { namespace: demoNames.namespace, name: demoNames.gitRepo });
  if (object === undefined) return null;
  return (object.spec as { readonly revision?: string } | undefined)?.revision ?? "";
}

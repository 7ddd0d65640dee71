import type { Clock } from "../../src/engine/ports.ts";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import type { KubernetesObject } from "../../src/kubernetes/kubernetes-object.ts";
import { Reflector, type ReflectorOptions, type ReflectorProblem } from "../../src/kubernetes/reflector.ts";
import { resourcePath } from "../../src/kubernetes/resource-path.ts";
import { resources } from "../../src/kubernetes/resources.ts";

export const bundlesPath = resourcePath(resources.bundles);

export interface Reflecting {
  readonly reflector: Reflector<string>;
  /** `put a`, `remove a`, in order. */
  readonly told: string[];
  readonly problems: ReflectorProblem[];
  recovered: number;
}

/** A reflector of Bundles whose records are their names; ends with the test. */
export async function reflecting(
  { client, clock }: { readonly client: KubernetesClient; readonly clock: Clock },
  work: (it: Reflecting) => Promise<void>,
  options: Partial<ReflectorOptions<string>> = {},
): Promise<void> {
  const names = new Map<string, string>();
  const it: { -readonly [Key in keyof Reflecting]: Reflecting[Key] } = {
    reflector: null as unknown as Reflector<string>,
    told: [],
    problems: [],
    recovered: 0,
  };
  it.reflector = new Reflector<string>({
    client,
    clock,
    random: () => 0,
    path: bundlesPath,
    project: (object) => (object as KubernetesObject).metadata.name,
    onChange: (change) => {
      if (change.kind === "put") names.set(change.uid, change.record);
      it.told.push(`${change.kind} ${names.get(change.uid) ?? ""}`);
    },
    onProblem: (problem) => it.problems.push(problem),
    onRecovered: () => void (it.recovered += 1),
    ...options,
  });
  try {
    await work(it);
  } finally {
    await it.reflector.stop();
  }
}

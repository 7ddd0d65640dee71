import { bundle, bundleDeployment, gitRepo, job, type Rollout } from "../../bench/rollout-objects.ts";
import { project } from "../../src/core/fleet/project.ts";
import type { CoreInput } from "../../src/core/step.ts";

/** What the core is told of an object that was put under this uid; nothing where it is of a kind that it does not know. */
export function put(object: { readonly kind: string; readonly metadata: object }, uid: string): CoreInput[] {
  const record = project({ ...object, metadata: { ...object.metadata, uid, generation: 1 } });
  return record === null ? [] : [{ kind: "fleet", change: { kind: "put", record } }];
}

/** All that the core is told of a GitRepo whose one bundle is applied on the cluster c0, and modified there: its rollout goes on. */
export function modifiedRollout(rollout: Rollout): CoreInput[] {
  const { gitRepo: name } = rollout;
  return [
    ...put({ ...gitRepo(rollout), kind: "GitRepo" }, name),
    ...put({ ...job(rollout, { uid: name, generation: 1 }), kind: "Job" }, `${name}-job`),
    ...put({ ...bundle(rollout), kind: "Bundle" }, `${name}-bundle`),
    ...put({ ...bundleDeployment(rollout, "c0", "modified"), kind: "BundleDeployment" }, `${name}-deployment`),
  ];
}

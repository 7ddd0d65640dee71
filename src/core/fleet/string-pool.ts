import { limits } from "../limits.ts";
import type { BundleDeploymentRecord } from "./record.ts";

/**
 * Lets records share equal texts: the three ids of a BundleDeployment are mostly one, and 25,000 of them have one commit and few bundles,
 * which is half of their memory.
 */
export class StringPool {
  readonly #texts = new Map<string, string>();

  share(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= limits.sharedTextsMax) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  shareBundleDeployment(record: BundleDeploymentRecord): BundleDeploymentRecord {
    const deploymentId = this.share(record.deploymentId);
    return {
      ...record,
      namespace: this.share(record.namespace),
      name: this.share(record.name),
      gitRepoName: this.share(record.gitRepoName),
      bundleNamespace: this.share(record.bundleNamespace),
      bundleName: this.share(record.bundleName),
      clusterNamespace: this.share(record.clusterNamespace),
      clusterName: this.share(record.clusterName),
      commit: this.share(record.commit),
      contentName: this.share(record.contentName),
      deploymentId,
      stagedDeploymentId: record.stagedDeploymentId === deploymentId ? deploymentId : this.share(record.stagedDeploymentId),
      appliedDeploymentId: record.appliedDeploymentId === deploymentId ? deploymentId : this.share(record.appliedDeploymentId),
    };
  }
}

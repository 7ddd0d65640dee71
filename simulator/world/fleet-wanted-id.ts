import { manifestId, sha256 } from "./fleet-content.ts";
import type { BundleState } from "./fleet-model.ts";

/** `manifestID:hash of the options`; forceSync is one of the options, so that it moves every id. */
export function wantedId({ manifest, forceSyncGeneration, gitRepo }: BundleState): string {
  return `${manifestId(manifest)}:${sha256(`${gitRepo.name}/${forceSyncGeneration}`)}`;
}

import { gitHubTypes } from "../notification/github/git-hub-types.ts";
import type { Manner } from "../notification/github/git-hub-type.ts";
import type { DestinationConfig } from "../notification/rule.ts";

const webhook: Manner = {
  marksCommits: false,
  marksInSteps: false,
  followsText: false,
  repeatsMessage: true,
  keepsRow: false,
  namesPullRequests: true,
};
/** Of a stream that was restored and has no rule yet: nothing is done about it. */
const nobody: Manner = { ...webhook, repeatsMessage: false, namesPullRequests: false };

/** How streams to a type of destination behave; "" where the type is not known (yet). */
export function mannerOf(type: DestinationConfig["type"] | ""): Manner {
  if (type === "") return nobody;
  return type === "webhook" ? webhook : gitHubTypes[type].manner;
}

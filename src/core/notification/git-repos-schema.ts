import { z } from "zod";
import { limits } from "../limits.ts";
import { labelSelectorSchema } from "./label-selector-schema.ts";
import { setOf, text } from "./schema-parts.ts";

const pattern = (what: string) =>
  text({
    max: limits.globLengthMax,
    pattern: "^[-a-z0-9.*?]+$",
    code: "InvalidPattern",
    allowed: `a pattern for ${what}. Use small letters, digits, "-" and "."; "*" stands for any letters, "?" for one`,
  });

const selector = labelSelectorSchema("the GitRepos");

const names = setOf(pattern("names of GitRepos"), { max: limits.globsMax }).describe(
  "Patterns; one of them must match the GitRepo's name.",
);
const namespaces = setOf(pattern("namespaces"), { max: limits.globsMax }).describe(
  "Patterns; one of them must match the GitRepo's namespace.",
);

/** Which GitRepos a Notification is about. */
export const gitReposSchema = z
  .strictObject({ names, selector })
  .partial()
  .describe("Which GitRepos it is about. Absent: all in its namespace.");

/** The same for a ClusterNotification. */
export const clusterGitReposSchema = z
  .strictObject({ names, namespaces, selector })
  .partial()
  .describe("Which GitRepos it is about. Absent: all of the cluster.");

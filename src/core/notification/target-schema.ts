import { z } from "zod";
import { limits } from "../limits.ts";
import { clusterTargetDestinationSchema, destinationSchema } from "./destination-schema.ts";
import { labelSelectorSchema } from "./label-selector-schema.ts";
import { checked, type Complaint, dnsLabelPattern, dnsNamePattern, text } from "./schema-parts.ts";
import { timingSchema } from "./timing-schema.ts";
import { complainOfNames } from "./unique-names.ts";

const resourceName = (what: string) =>
  text({
    max: limits.globLengthMax,
    pattern: dnsNamePattern,
    code: "InvalidName",
    allowed: `the name of ${what}. Use small letters, digits, "-" and "."`,
  });

/** Rancher takes display names as people write them. */
const clusterName = text({
  max: limits.labelValueMax,
  pattern: "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
  code: "InvalidName",
  allowed: 'the name of a Cluster. Use letters, digits, "-", "_" and "."',
});

const choices = ["clusterName", "clusterGroup", "clusterSelector"] as const;

const match = checked(
  z
    .strictObject({
      clusterName: clusterName.describe("The Cluster's metadata.name, or its display name in Rancher."),
      clusterGroup: resourceName("a ClusterGroup").describe("A ClusterGroup of the Cluster's namespace that has the Cluster."),
      clusterSelector: labelSelectorSchema("the Clusters"),
    })
    .partial(),
  {
    complain: (written): Complaint[] => {
      if (choices.some((it) => written[it] !== undefined)) return [];
      const message = `match says nothing. Add ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}.`;
      return [{ code: "MissingField", message }];
    },
    cel: [
      {
        rule: choices.map((it) => `has(self.${it})`).join(" || "),
        message: "at least one of clusterName, clusterGroup and clusterSelector is needed",
      },
    ],
  },
).describe("Which clusters belong to it; all that is given must fit. The first target that matches a cluster claims it.");

const common = {
  name: text({
    max: limits.destinationNameMax,
    pattern: dnsLabelPattern,
    code: "InvalidName",
    allowed: 'a name. Use small letters, digits and "-", with a letter or digit at both ends',
  }).describe("Names the target; unique in the Notification. Status contexts end with it, and its streams go on under it."),
  suspend: z.boolean().optional().describe("true mutes the target. Default false."),
  timing: timingSchema.optional(),
  modified: z
    .enum(["failure", "ignore"])
    .optional()
    .describe("For this target: what live resources mean that differ from the commit."),
};

const listMeta = { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] };
const destinationsDescription =
  "What it changes of the destinations above, by name and field by field, and what is sent for it alone.";
const listDescription =
  "Groups of clusters, each told of by itself: GitRepoReady for a target means that all of its clusters are ready. Clusters that none claims " +
  "form the target without a name.";

const destinations = checked(z.array(destinationSchema).min(1).max(limits.destinationsMax), {
  complain: (list) => complainOfNames("Destination", list),
});
const clusterDestinations = checked(z.array(clusterTargetDestinationSchema).min(1).max(limits.destinationsMax), {
  complain: (list) => complainOfNames("Destination", list),
});

const target = z.strictObject({
  ...common,
  match: match.optional(),
  destinations: destinations.meta(listMeta).describe(destinationsDescription).optional(),
});
const clusterTarget = z.strictObject({
  ...common,
  match,
  destinations: clusterDestinations.meta(listMeta).describe(destinationsDescription).optional(),
});

/** `spec.targets` of a Notification: a target that only changes one of the ClusterNotification's needs no `match`. */
export const targetsSchema = checked(z.array(target).min(1).max(limits.targetsMax), {
  complain: (list) => complainOfNames("Target", list),
})
  .meta(listMeta)
  .describe(listDescription);

/** `spec.targets` of a ClusterNotification. */
export const clusterTargetsSchema = checked(z.array(clusterTarget).min(1).max(limits.targetsMax), {
  complain: (list) => complainOfNames("Target", list),
})
  .meta(listMeta)
  .describe(listDescription);

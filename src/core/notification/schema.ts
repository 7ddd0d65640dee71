import { z } from "zod";
import { limits } from "../limits.ts";
import { clusterDestinationSchema, destinationSchema } from "./destination-schema.ts";
import { clusterGitReposSchema, gitReposSchema } from "./git-repos-schema.ts";
import { checked } from "./schema-parts.ts";
import { complainOfComments } from "./one-comment.ts";
import { clusterTargetsSchema, targetsSchema } from "./target-schema.ts";
import { timingSchema } from "./timing-schema.ts";
import { complainOfNames } from "./unique-names.ts";

export const apiGroup = "signalman.dev";
export const apiVersion = "signalman.dev/v1alpha1";

const common = {
  suspend: z.boolean().optional().describe("true mutes the whole Notification. Default false."),
  timing: timingSchema.optional(),
  modified: z
    .enum(["failure", "ignore"])
    .optional()
    .describe("What live resources mean that differ from the commit: a failure after errorGrace, or nothing. Default failure."),
};

/** What is said of both lists of destinations. */
const listMeta = { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] };
const listDescription = `Where messages go: 1 to ${limits.destinationsMax}.`;

const destinations = checked(z.array(destinationSchema).min(1).max(limits.destinationsMax), {
  complain: (list) => complainOfNames("Destination", list),
});
const clusterDestinations = checked(z.array(clusterDestinationSchema).min(1).max(limits.destinationsMax), {
  complain: (list) => complainOfNames("Destination", list),
});

/** `spec` of a Notification. */
export const notificationSpecSchema = checked(
  z.strictObject({
    ...common,
    gitRepos: gitReposSchema.optional(),
    destinations: destinations.meta(listMeta).describe(listDescription),
    targets: targetsSchema.optional(),
  }),
  { complain: complainOfComments },
);

/** `spec` of a ClusterNotification. */
export const clusterNotificationSpecSchema = checked(
  z.strictObject({
    ...common,
    gitRepos: clusterGitReposSchema.optional(),
    destinations: clusterDestinations.meta(listMeta).describe(listDescription),
    targets: clusterTargetsSchema.optional(),
  }),
  { complain: complainOfComments },
);

export type NotificationSpec = z.output<typeof notificationSpecSchema>;
export type ClusterNotificationSpec = z.output<typeof clusterNotificationSpecSchema>;

import { z } from "zod";
import type { NotificationStatus } from "../../src/kubernetes/notification-status.ts";

const condition = z.strictObject({
  type: z.string().max(316).describe("Ready: the Notification can be used. Delivering: what it asks for arrives."),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().max(1_024).describe("One word: Valid, or the code of the first problem (docs/troubleshooting.md)."),
  message: z.string().max(32_768).describe("What is wrong, what is allowed, and what to do."),
  lastTransitionTime: z.string().meta({ format: "date-time" }).describe("When status changed last."),
  observedGeneration: z.number().int().optional().describe("The generation of the spec that this is about."),
});

const count = (what: string) => z.number().int().min(0).describe(what);

/** What Signalman writes into a Notification (design §3). */
export const notificationStatusSchema = z.strictObject({
  observedGeneration: z.number().int().optional().describe("The generation of the spec that the rest is about."),
  conditions: z
    .array(condition)
    .max(100)
    .optional()
    .meta({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] })
    .describe("Ready and Delivering."),
  streams: z
    .strictObject({
      total: count("Streams: one for each destination and GitRepo."),
      pending: count("Streams with something still to be sent."),
      failing: count("Streams whose last attempt failed."),
    })
    .optional()
    .describe("How many streams there are, and how they are."),
  lastSentTime: z.string().optional().describe('When something was sent last, RFC 3339; "" where nothing was.'),
  lastError: z.string().max(32_768).optional().describe('Why the last attempt of a failing stream failed; "" where none fails.'),
});

type Written = z.output<typeof notificationStatusSchema>;
/** Does not compile where the program writes what the schema does not take. */
export const takesWhatIsWritten: (status: NotificationStatus) => Written = (status) => ({
  ...status,
  conditions: [...status.conditions],
});

import { z } from "zod";
import type { DeliverySpec } from "../../src/core/delivery/delivery-document.ts";

const count = (what: string) => z.number().int().min(0).describe(what);
const name = (what: string) => z.string().max(253).describe(what);

/** What Signalman stores. Nobody else writes it; the bounds are far above those of the program (core/limits.ts). */
export const deliverySpecSchema = z
  .strictObject({
    notification: z
      .strictObject({
        kind: z.enum(["Notification", "ClusterNotification"]),
        namespace: name('"" for a ClusterNotification.'),
        name: name("metadata.name."),
      })
      .describe("Whose destination it is."),
    destination: name("spec.destinations[].name of the Notification."),
    shard: name('The shard that writes it; "" for the GitRepos without the label fleet.cattle.io/shard-ref.'),
    part: count("One part of at most 64 KiB; where it is full, another one follows."),
    pending: count("Streams with something still to be sent."),
    failing: count("Streams whose last attempt failed."),
    streamCount: count("Streams in this part."),
    lastSentTime: z.string().max(40).describe('When something was sent last, ISO 8601; "" where nothing was.'),
    lastError: z.string().max(32_768).describe('Why the last attempt failed; "" where none fails.'),
    streams: z
      .array(z.string().max(262_144))
      .max(1_000)
      .describe(
        "One JSON text for each stream: what its receiver is known to have seen, what it may have seen, and what is still to be sent.",
      ),
  })
  .describe("Where streams are. Deleting a Delivery resets them: what was reported before is not reported again.");

type Written = z.output<typeof deliverySpecSchema>;
/** Does not compile where the program writes what the schema does not take. */
export const takesWhatIsWritten: (spec: DeliverySpec) => Written = (spec) => ({ ...spec, streams: [...spec.streams] });

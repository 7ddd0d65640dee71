import type { Message } from "../message/message.ts";
import { statusDescription } from "../message/status-description.ts";
import type { DestinationConfig } from "../notification/rule.ts";
import { mannerOf } from "./manners.ts";

/** What a receiver is shown beside the event: on GitHub a change of it alone is told; other receivers hear of events only (""). */
export function shownText(type: DestinationConfig["type"] | "", message: Message): string {
  if (!mannerOf(type).followsText) return "";
  const { state, description } = statusDescription(message);
  return `${state} ${description}`;
}

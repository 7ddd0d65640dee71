import { eventDocument } from "./event-document.ts";
import type { Message } from "./message.ts";

/** 2^53 has 16 digits: sequences compare as text, as the extension wants it. */
const sequenceDigits = 16;

/**
 * The same event as a CloudEvent 1.0, structured (design §5). A source is a stream, so that `sequence` (the CloudEvents extension of that name) is
 * the order in which its events happened. A pure function of the message: a retry sends the same bytes.
 */
export function cloudEvent(message: Message, stream: string): string {
  const { gitRepo, cluster } = message;
  const about = gitRepo.name === "" && cluster !== undefined ? cluster : gitRepo;
  return JSON.stringify({
    specversion: "1.0",
    id: message.id,
    source: `/signalman/${uriPath(stream)}`,
    type: `dev.signalman.${message.event}`,
    subject: `${about.namespace}/${about.name}`,
    time: new Date(message.createdMs).toISOString(),
    sequence: String(message.sequence).padStart(sequenceDigits, "0"),
    datacontenttype: "application/json",
    data: eventDocument(message),
  });
}

/** A path as RFC 3986 has it: what ends a path is encoded as well. */
function uriPath(text: string): string {
  return text.split("/").map(encodeSegment).join("/");
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replaceAll("%3A", ":");
}

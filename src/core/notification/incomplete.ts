import { foreignEvents } from "./destination-events.ts";
import { namesGitRepo } from "./github/commit-status.ts";
import type { Complaint } from "./schema-parts.ts";
import type { WrittenDestination } from "./written-destination.ts";
import type { WrittenWebhook } from "./written-webhook.ts";

interface Origin {
  /** What one level says of the destination, where `destination` is what all levels make of it. */
  readonly written?: WrittenDestination;
  /** The last sentence of what is said: where else a missing field could have come from. */
  readonly remedy?: string;
}

/** What a destination lacks, has in vain, or cannot do, once every level is applied. */
export function incompletenessOf(destination: WrittenDestination, origin: Origin = {}): readonly Complaint[] {
  const { written = destination, remedy = "" } = origin;
  const { github, webhook } = destination;
  const end = remedy === "" ? "" : ` ${remedy}`;
  if (github === undefined && webhook === undefined) {
    return [
      { code: "DestinationType", message: `A destination needs exactly one of github and webhook. Add one of them.${end}` },
    ];
  }
  if (webhook === undefined) return [...foreignEvents(destination), ...missingAuth(destination), ...splitGroup(destination)];
  const { url, urlSecretRef, format = "event", body } = webhook;
  const complaints: Complaint[] = [];
  if (url === undefined && urlSecretRef === undefined) {
    const message = `A webhook needs a url. Add webhook.url, or webhook.urlSecretRef.${end}`;
    complaints.push({ code: "MissingField", path: ["webhook", "url"], message });
  }
  if (format === "template") {
    if (body !== undefined) return complaints;
    const message = `format template needs a body. Add webhook.body.${end}`;
    return [...complaints, { code: "MissingField", path: ["webhook", "body"], message }];
  }
  return [...complaints, ...unusedFields(written.webhook ?? {})];
}

/** Signalman's own App and token are for its own GitHub: whoever may write Notifications would have them sent to himself. */
function missingAuth({ github }: WrittenDestination): readonly Complaint[] {
  if (github?.apiUrl === undefined || github.auth !== undefined) return [];
  const message =
    "github.apiUrl needs github.auth: Signalman's own App or token is not used there. Add github.auth, or remove apiUrl.";
  return [{ code: "MissingField", path: ["github", "auth"], message }];
}

/** One status cannot have the name of each of its GitRepos. */
function splitGroup({ github }: WrittenDestination): readonly Complaint[] {
  const { group, context = "" } = github?.commitStatus ?? {};
  if (group !== "repository" || context === "" || !namesGitRepo(context)) return [];
  const message =
    "group: repository is one status for all GitRepos, so its context cannot have gitRepo.name in it. Remove it from there.";
  return [{ code: "UnusedField", path: ["github", "commitStatus", "context"], message }];
}

/** Where format is written as event, the schema has said so already. */
function unusedFields(webhook: WrittenWebhook): readonly Complaint[] {
  if (webhook.format !== undefined) return [];
  return (["body", "contentType"] as const).flatMap((field): Complaint[] => {
    if (webhook[field] === undefined) return [];
    const message = `${field} is used with format template alone. Add format: template, or remove ${field}.`;
    return [{ code: "UnusedField", path: ["webhook", field], message }];
  });
}

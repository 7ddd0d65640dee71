import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import type { DestinationIo } from "../destinations/destination.ts";
import { SlotMemories } from "../engine/slot-memories.ts";
import type { GitHubClients } from "../github/clients.ts";
import type { HttpClient } from "../http/client.ts";
import type { SecretReader } from "../kubernetes/secret-reader.ts";

interface DestinationIoOptions {
  /** Who speaks to GitHub as an account; null: as Signalman itself. */
  readonly clients: (account: GitHubAccount | null, signal: AbortSignal) => Promise<GitHubClients>;
  readonly http: HttpClient;
  readonly secrets: () => Promise<Pick<SecretReader, "read">>;
}

/** What destinations of an account may touch where something is sent. Rows and time are known elsewhere. */
export function destinationIo({
  clients,
  http,
  secrets,
}: DestinationIoOptions): (account: GitHubAccount | null) => Omit<DestinationIo, "rows" | "now"> {
  const slots = new SlotMemories();
  return (account) => ({
    github: async (repository, signal) => (await clients(account, signal)).forRepository(repository, signal),
    botLogin: async (repository, signal) => (await clients(account, signal)).botLogin(repository, signal),
    http: (request, signal) => http.request(request, signal),
    secret: async (reference) => (await secrets()).read(reference),
    inSlot: (slot, work) => slots.inSlot(slot, work),
  });
}

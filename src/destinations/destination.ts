import type { Outcome } from "../core/delivery/outcome.ts";
import type { PullRequest, Repository } from "../core/history/relation.ts";
import type { CommentRow } from "../core/message/comment-row.ts";
import type { Message } from "../core/message/message.ts";
import type { DestinationConfig, Rule, SecretReference } from "../core/notification/rule.ts";
import type { Octokit } from "@octokit/rest";

export type { CommentRow } from "../core/message/comment-row.ts";

/** Everything that a destination may touch. `replay` and `render` give another one: the same `apply`, no network. */
export interface DestinationIo {
  /** An authenticated Octokit for the repository's installation (or token); throws `NotInstalledError`. Retry and throttle plugins off. */
  github(repository: Repository, signal: AbortSignal): Promise<Octokit>;
  /** Under which login our own comments and statuses stand ("signalman[bot]", or the token's user): found by author and marker. */
  botLogin(repository: Repository, signal: AbortSignal): Promise<string>;
  /** The only way out for webhooks (http/client). Never follows redirects; reads the body to a bound. */
  http(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** By GET, when used; throws `SecretMissingError`. `maskedSecret` where nothing is sent. */
  secret(reference: SecretReference, signal: AbortSignal): Promise<string>;
  now(): number;
  /** Runs `work` alone in the slot (one write at a time); `work` gets what is known to be there (a hash of the content) or null. */
  inSlot<T>(slot: string, work: (known: SlotMemory) => Promise<T>): Promise<T>;
  /**
   * The rows of all the streams of this Notification × destination that have something to say about the pull request; null where history does not
   * tell yet which those are (it is being asked).
   */
  rows(pullRequest: PullRequest): readonly CommentRow[] | null;
}

/** What this process knows of a slot's content: the hash of what was acknowledged last, null where it must ask. */
export interface SlotMemory {
  get(): string | null;
  set(hash: string | null): void;
}

/** What stands for every secret where requests are shown and not sent (`render`, `replay`), and for what would be made of it. */
export const maskedSecret = "***";

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** What texts call the receiver: its host, unless that is a secret. */
  readonly receiver: string;
  readonly headers: Readonly<Record<string, string>>;
  /** "": none. */
  readonly body: string;
  /** Absent: the system's authorities, and no certificate of ours. */
  readonly tls?: TlsIdentity;
  readonly timeoutMs: number;
}
/** In PEM, and readable. */
export interface TlsIdentity {
  /** The authorities that are trusted in place of the system's; null: those. */
  readonly ca: string | null;
  readonly client: { readonly certificate: string; readonly key: string } | null;
}
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Cut at `limits.responseBytesMax`. */
  readonly body: string;
}

export interface Attempt<Config extends DestinationConfig = DestinationConfig> {
  readonly rule: Rule;
  readonly config: Config;
  readonly message: Message;
  readonly stream: string;
  readonly instance: Instance;
  /** null: the GitRepo's `repo` is on no host that GitHub destinations speak to. */
  readonly repository: Repository | null;
  /** True where an earlier attempt may have arrived: ask before writing. */
  readonly verify: boolean;
}

/** Which Signalman this is: tells installations apart that report to the same repositories. */
export interface Instance {
  /** `SIGNALMAN_NAME`, "" by default. */
  readonly name: string;
  /** The uid of the namespace kube-system. */
  readonly cluster: string;
  readonly shard: string;
}

/** A destination is a type and one function: brings the message to its receiver, whatever it takes, and says what came of it. Idempotent. */
export interface Destination<Config extends DestinationConfig> {
  readonly type: Config["type"];
  apply(attempt: Attempt<Config>, io: DestinationIo, signal: AbortSignal): Promise<Outcome>;
}

/**
 * What the demo's page shows, whole, as one JSON text: made by `observe-demo.ts`, sent as server-sent events, drawn by `browser/`. All times
 * are milliseconds since the demo began; all lists are bounded where they are made.
 */
export interface DemoView {
  readonly atMs: number;
  /** The step of the story that is being played; null once it has ended or somebody took over. */
  readonly step: string | null;
  /** The default branch as the git host holds it, newest first, with what a force-push took away. */
  readonly commits: readonly CommitView[];
  readonly fleet: FleetView;
  readonly clusters: readonly ClusterView[];
  /** Newest first. */
  readonly pullRequests: readonly PullRequestView[];
  /** Newest first. */
  readonly deployments: readonly DeploymentView[];
  /** Of the commit that Fleet shows; null before there is one. */
  readonly checkRun: CheckRunView | null;
  /** Newest first. */
  readonly webhooks: readonly WebhookView[];
  /** Newest first. */
  readonly words: readonly WordView[];
  readonly promises: PromisesView;
  readonly world: WorldView;
}

export interface CommitView {
  readonly sha: string;
  readonly subject: string;
  readonly atMs: number;
  readonly pullRequest: number | null;
  readonly isHead: boolean;
  /** False where a force-push took it off the branch. */
  readonly isOnBranch: boolean;
  readonly status: StatusView | null;
}

export interface StatusView {
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly description: string;
}

export interface FleetView {
  /** What the GitRepo's status names; "" before it names one. */
  readonly commit: string;
  readonly isReady: boolean;
  /** Set by a rollback; "" where Fleet follows the branch. */
  readonly pinnedTo: string;
}

export interface ClusterView {
  readonly name: string;
  readonly isOnline: boolean;
  /** The commit that its content was cloned from; "" where it runs nothing. */
  readonly runs: string;
  /** False while something is unhealthy or not as the manifest says. */
  readonly isWhole: boolean;
}

export interface PullRequestView {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly headBranch: string;
  readonly headSha: string;
  readonly mergeCommitSha: string | null;
  readonly statuses: readonly StatusView[];
  readonly comments: readonly CommentView[];
}

export interface DeploymentView {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly state: "pending" | "success" | "failure" | "error" | "inactive";
  readonly description: string;
  readonly atMs: number;
}

export interface CheckRunView extends Omit<StatusView, "context"> {
  readonly name: string;
  readonly sha: string;
  readonly page: readonly MarkdownNode[];
}

export interface CommentView {
  readonly author: string;
  readonly isEdited: boolean;
  readonly atMs: number;
  readonly body: readonly MarkdownNode[];
}

/** An element that the page makes of a comment's Markdown: never HTML text. */
export type MarkdownNode = string | { readonly tag: MarkdownTag; readonly children: readonly MarkdownNode[] };
export type MarkdownTag =
  | ("h3" | "h4" | "p" | "ul" | "ol" | "li" | "blockquote" | "hr" | "br" | "strong" | "em" | "del" | "code" | "pre")
  | ("table" | "thead" | "tbody" | "tr" | "th" | "td" | "details" | "summary" | "sub");

export interface WebhookView {
  readonly id: string;
  readonly atMs: number;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly type: string;
  readonly sequence: number;
  readonly summary: string;
  readonly body: string;
}

/** What a naive reader of `Ready` announced, and what Signalman said of the same commit. */
export interface WordView {
  readonly commit: string;
  readonly subject: string;
  readonly naive: SaidView;
  /** null until it has said how the commit ended. */
  readonly signalman: (SaidView & StatusView) | null;
}

export interface SaidView {
  readonly atMs: number;
  /** How many clusters held it at that moment. */
  readonly held: number;
}

export interface PromisesView {
  readonly clusterCount: number;
  /** "Deployed" that was said, and how often the clusters denied it. */
  readonly naive: { readonly said: number; readonly wrong: number };
  readonly signalman: { readonly said: number; readonly wrong: number };
  readonly heldBackCount: number;
  /** The newest one. */
  readonly heldBack: HeldBackView | null;
  readonly delivered: { readonly count: number; readonly twice: number; readonly outOfOrder: number };
  readonly crashes: readonly CrashView[];
}

/** An older commit that a newer one overtook before it was everywhere: Signalman never announced it by itself. */
export interface HeldBackView {
  readonly commit: string;
  readonly subject: string;
  readonly description: string;
  /** What the naive reader said of it meanwhile. */
  readonly naive: SaidView | null;
}

export interface CrashView {
  readonly atMs: number;
  readonly pid: number;
  readonly upMs: number | null;
  /** Messages that were owed at that moment. */
  readonly owed: number;
  /** What was owed and has come since. */
  readonly survivors: readonly { readonly text: string; readonly atMs: number }[];
}

export interface WorldView {
  readonly isGitHubUp: boolean;
  readonly isReceiverUp: boolean;
  /** The bundle in the branch's head cannot be applied. */
  readonly isBroken: boolean;
  /** Signalman's process; 0 while there is none. */
  readonly pid: number;
  /** `signalman explain`, as it would be printed now. */
  readonly explanation: string;
}

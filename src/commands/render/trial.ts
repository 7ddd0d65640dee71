import { streamKey } from "../../core/delivery/stream.ts";
import { parseRepository } from "../../core/history/parse-repository.ts";
import { eventDocument } from "../../core/message/event-document.ts";
import type { Message } from "../../core/message/message.ts";
import { nameOf } from "../../core/notification/context-conflicts.ts";
import type { NotificationProblem } from "../../core/notification/notification.ts";
import type { Rule } from "../../core/notification/rule.ts";
import type { Attempt, Instance } from "../../destinations/destination.ts";

/** A rule, and what it would be told. */
export interface Trial {
  readonly rule: Rule;
  readonly message: Message;
  /** The stream in which it would be told. */
  readonly stream: string;
  /** Why it would not be told that, whatever its `on` and `when`; "" where it would. */
  readonly unfit: string;
}

export interface Trials {
  readonly trials: readonly Trial[];
  /** Conflicts between the Notifications. */
  readonly problems: readonly NotificationProblem[];
  /** What could not be found out. */
  readonly remarks: readonly string[];
  /** What comments are marked with: the uid of the namespace kube-system, or a word in its place for a sample. */
  readonly clusterUid: string;
}

/** The attempt that `run` would make. */
export function attemptOf({ rule, message, stream }: Trial, instance: Instance): Omit<Attempt, "config"> {
  return { rule, message, stream, instance, repository: parseRepository(message.gitRepo.repo), verify: false };
}

/** The stream of the rule's rollouts. */
export function streamKeyOf({ notification, destination, target }: Rule, gitRepo: { namespace: string; name: string }): string {
  const named = { gitRepoNamespace: gitRepo.namespace, gitRepoName: gitRepo.name };
  return streamKey({ notification, destination, target, ...named, subject: "" });
}

/** Why nothing would be sent; "" where something would. */
export function silenceOf({ rule, message, unfit }: Trial): string {
  if (rule.suspended) return "it is suspended";
  if (!rule.on.has(message.event)) return `it is not told of ${message.event}, but of ${[...rule.on].join(", ")}`;
  if (unfit !== "") return unfit;
  const answer = rule.when?.ask(eventDocument(message)) ?? { kind: "yes" };
  if (answer.kind === "error") return `"when" cannot be answered: ${answer.error}`;
  return answer.kind === "no" ? '"when" is false for it' : "";
}

/** What a trial is called: by its Notification, destination and target. */
export function titleOf({ rule: { notification, destination, target } }: Trial): string {
  return `${nameOf(notification)}, destination "${destination}"${target === "" ? "" : `, target "${target}"`}`;
}

import type { SimulatedWorld } from "../simulation/simulated-world.ts";
import { notificationName } from "../simulation/simulated-notification.ts";
import { gitRepoOf, isOfGroup, notificationOf } from "./contexts.ts";
import type { Checker, Violation } from "./violation.ts";

/**
 * While a Notification is suspended, gone, or about other GitRepos, nothing begins to be told of it: no webhook and no comment, and of statuses only
 * that nothing is told any more. What was on its way before may arrive.
 */
export const silence: Checker<SimulatedWorld> = ({ notifications, ledger }) => {
  const told = [
    ...ledger.of("hook").map((it) => ({ ...it, ...whoseStream(it.stream), what: `${it.stream} ${it.sequence}` })),
    ...ledger.of("comment").map((it) => {
      return { ...it, by: notificationName, gitRepo: "", what: `a comment on ${it.repository}#${it.number}` };
    }),
    ...ledger.of("status").flatMap((it) => {
      const gitRepo = isOfGroup(it.context) ? "" : gitRepoOf(it.context);
      return it.state === "error" ? [] : [{ ...it, by: notificationOf(it.context), gitRepo, what: `${it.state} on ${it.sha}` }];
    }),
  ];
  return told.flatMap(({ ms, sinceMs, by, gitRepo, what }): Violation[] => {
    const silences = notifications.find((it) => it.name === by)?.silencesOf(gitRepo) ?? [];
    if (!silences.some(({ fromMs, toMs }) => fromMs < sinceMs && ms < toMs)) return [];
    return [
      { promise: "silence", ms, text: `${what} was told while the Notification ${by} was suspended, gone or about others` },
    ];
  });
};

/** `Notification/NAMESPACE/NAME/DESTINATION:NAMESPACE/GITREPO:…`; of a cluster there is no GitRepo. */
function whoseStream(stream: string): { by: string; gitRepo: string } {
  const [destination = "", gitRepo = ""] = stream.split(":");
  return { by: destination.split("/")[2] ?? "", gitRepo: gitRepo.split("/")[1] ?? "" };
}

import { parse } from "yaml";
import type { GitRepoRecord } from "../../src/core/fleet/record.ts";
import type { Notification } from "../../src/core/notification/notification.ts";
import { parseNotification } from "../../src/core/notification/parse-notification.ts";
import { resolveRules } from "../../src/core/notification/resolve.ts";
import type { Rule } from "../../src/core/notification/rule.ts";

interface Made {
  readonly name?: string;
  readonly namespace?: string;
  readonly created?: string;
}

function make(kind: "Notification" | "ClusterNotification", spec: string, { name = "deployments", ...rest }: Made): Notification {
  const { namespace = "fleet-default", created = "2026-11-01T00:00:00Z" } = rest;
  const metadata = { name, generation: 1, creationTimestamp: created, ...(kind === "Notification" && { namespace }) };
  const parsed = parseNotification({ apiVersion: "signalman.dev/v1alpha1", kind, metadata, spec: parse(spec) });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
  return parsed.notification;
}
/** A valid Notification; throws where it is none. `spec` is YAML. */
export const notification = (spec: string, made: Made = {}) => make("Notification", spec, made);
export const clusterNotification = (spec: string, made: Made = {}) => make("ClusterNotification", spec, made);

export function gitRepo(fields: Partial<GitRepoRecord> = {}): GitRepoRecord {
  const repo = "https://github.com/acme/shop";
  return { kind: "GitRepo", uid: "u", namespace: "fleet-default", name: "shop", labels: {}, repo, ...fields } as GitRepoRecord;
}

export function rulesOf(notifications: readonly Notification[], fields: Partial<GitRepoRecord> = {}): readonly Rule[] {
  return resolveRules(notifications).rulesOf(gitRepo(fields)).rules;
}
/** `code path` of what is wrong whatever the GitRepo. */
export const codesOf = (notifications: readonly Notification[]) =>
  resolveRules(notifications).problems.map(({ problem }) => `${problem.code} ${problem.path.join(".")}`);

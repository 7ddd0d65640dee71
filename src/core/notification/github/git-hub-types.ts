import type { z } from "zod";
import type { WrittenGitHubAuth } from "../git-hub-account.ts";
import { checkRun } from "./check-run.ts";
import { commitStatus } from "./commit-status.ts";
import type { CommitPlace } from "./git-hub-type.ts";
import { deployment } from "./deployment.ts";
import { pullRequestComment } from "./pull-request-comment.ts";
import { repositoryDispatch } from "./repository-dispatch.ts";

/** Every type of GitHub destination, under the name that it has in a Notification. docs/adding-a-destination.md tells how to add one. */
export const gitHubTypes = { commitStatus, checkRun, pullRequestComment, deployment, repositoryDispatch } as const;

export type GitHubTypeName = keyof typeof gitHubTypes;
export type GitHubConfig = ReturnType<(typeof gitHubTypes)[GitHubTypeName]["config"]>;

export const gitHubTypeNames = Object.keys(gitHubTypes) as readonly GitHubTypeName[];

/** `github` as it is written: exactly one type, once everything is checked. */
export type WrittenGitHub = {
  readonly [Name in GitHubTypeName]?: z.output<(typeof gitHubTypes)[Name]["schema"]> | undefined;
} & { readonly auth?: WrittenGitHubAuth | undefined; readonly apiUrl?: string | undefined };

/** The type of a destination on GitHub; null where none is written. */
export function gitHubTypeOf(github: WrittenGitHub): GitHubTypeName | null {
  return gitHubTypeNames.find((it) => github[it] !== undefined) ?? null;
}

/** Where a mark of this configuration stands on a commit; "" where it has a place of its own. */
export function placeName(config: GitHubConfig, place: CommitPlace): string {
  const nameOf = gitHubTypes[config.type].place?.nameOf as ((config: GitHubConfig, place: CommitPlace) => string) | undefined;
  return nameOf?.(config, place) ?? "";
}

/** A configuration that does no more than stand in a place: for closing what stands there. "": in the default one. */
export function closingConfig(type: GitHubTypeName, name: string): GitHubConfig {
  return gitHubConfig({ [type]: name === "" ? {} : (gitHubTypes[type].place?.written(name) ?? {}) });
}

/** The configuration of the type that is written. Throws where none is: the schema asks for one. */
export function gitHubConfig(github: WrittenGitHub): GitHubConfig {
  const name = gitHubTypeOf(github);
  if (name === null) throw new Error("a github destination without a type came through the schema");
  const config = gitHubTypes[name].config as (written: unknown) => GitHubConfig;
  return config(github[name]);
}

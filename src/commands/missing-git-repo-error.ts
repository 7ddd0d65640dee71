import { nearest } from "../core/template/suggest.ts";

interface GitRepoName {
  readonly namespace: string;
  readonly name: string;
}

/** There is no GitRepo of that name; the message names the one that was meant, where that can be told. */
export class MissingGitRepoError extends Error {
  override readonly name = "MissingGitRepoError";

  constructor(asked: GitRepoName, known: Iterable<GitRepoName>) {
    const all = [...known];
    const namesake = all.find((it) => it.name === asked.name);
    const meant = namesake === undefined ? nearest(textOf(asked), all.map(textOf)) : textOf(namesake);
    const remedy = meant === null ? 'See "kubectl get gitrepos -A".' : `Did you mean ${meant}?`;
    super(`there is no GitRepo ${textOf(asked)}. ${remedy}`);
  }
}

function textOf({ namespace, name }: GitRepoName): string {
  return `${namespace}/${name}`;
}

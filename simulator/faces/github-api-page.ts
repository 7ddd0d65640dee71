import type { OperationRequest } from "./github-api-operation.ts";

/** GitHub's pages: 30 entries unless `per_page` says otherwise, 100 at most (github-facts §1.4). */
const perPageDefault = 30;
const perPageMax = 100;

export interface Page<T> {
  readonly entries: readonly T[];
  /** With `link` where there is more than one page. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The page of `all` that the query asks for, with GitHub's `Link` header (RFC 8288, by the repository's id as GitHub writes it). */
export function pageOf<T>(all: readonly T[], request: OperationRequest): Page<T> {
  const perPage = Math.min(perPageMax, positive(request.query.get("per_page"), perPageDefault));
  const page = positive(request.query.get("page"), 1);
  const last = Math.max(1, Math.ceil(all.length / perPage));
  const link = linkHeader(request, page, last);
  return { entries: all.slice((page - 1) * perPage, page * perPage), headers: link === "" ? {} : { link } };
}

function linkHeader(request: OperationRequest, page: number, last: number): string {
  const relations: [string, number][] = [];
  if (page > 1) relations.push(["prev", Math.min(page - 1, last)]);
  if (page < last) relations.push(["next", page + 1], ["last", last]);
  if (page > 1) relations.push(["first", 1]);
  return relations.map(([relation, number]) => `<${addressOf(request, number)}>; rel="${relation}"`).join(", ");
}

function addressOf(request: OperationRequest, page: number): string {
  const query = new URLSearchParams(request.query);
  query.set("page", String(page));
  return `${request.urls.api}${request.canonicalPath}?${query.toString()}`;
}

function positive(value: string | null, otherwise: number): number {
  const number = Number(value ?? otherwise);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

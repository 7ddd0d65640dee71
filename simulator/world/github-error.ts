/** One entry of the `errors` list in a 422 of GitHub's. */
export interface GitHubErrorDetail {
  readonly resource: string;
  readonly code: string;
  readonly field?: string;
  readonly message?: string;
}

/**
 * What GitHub refuses, in the words and with the status that it answers. The in-process world throws it, and the HTTP face turns it
 * into the answer, so that both refuse the same things.
 */
export class GitHubError extends Error {
  readonly status: number;
  readonly errors: readonly GitHubErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** Path below https://docs.github.com/rest, "" for its front page. */
  documentation = "";

  constructor(
    status: number,
    message: string,
    more: { readonly errors?: readonly GitHubErrorDetail[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "GitHubError";
    this.status = status;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

/** 422 with one `errors` entry of code `custom`, as for a description or a body that is too long. */
export function validationFailed(resource: string, message: string, field?: string): GitHubError {
  const detail = { resource, code: "custom", ...(field === undefined ? {} : { field }), message };
  return new GitHubError(422, "Validation Failed", { errors: [detail] });
}

/** 404 as GitHub says it for what is not there and for what one may not see. */
export function notFound(): GitHubError {
  return new GitHubError(404, "Not Found");
}

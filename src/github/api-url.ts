/** Where the settings say that GitHub's API is; "" where that follows from the repository's host. */
export function apiUrlOf({ gheHost, gitHubApiUrl }: { gheHost: string; gitHubApiUrl: string }): string {
  return gitHubApiUrl || (gheHost === "" ? "" : `https://${gheHost}/api/v3`);
}

/** The base URL of GitHub's REST API for a repository's host: github.com's own, or a GitHub Enterprise Server's. */
export function apiUrl(host: string): string {
  return host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
}

/** Where the settings say that GitHub's API is; "" where that follows from the repository's host. */
export function apiUrlOf({ gheHost, gitHubApiUrl }: { gheHost: string; gitHubApiUrl: string }): string {
  return gitHubApiUrl || (gheHost === "" ? "" : `https://${gheHost}/api/v3`);
}

/** Where people see the GitHub that the settings name: github.com, a GHES, or the host of GITHUB_API_URL without its "api.". */
export function webUrlOf({ gheHost, gitHubApiUrl }: { gheHost: string; gitHubApiUrl: string }): string {
  if (gheHost !== "") return `https://${gheHost}`;
  const { protocol, host } = new URL(gitHubApiUrl || "https://api.github.com");
  return `${protocol}//${host.replace(/^api\./, "")}`;
}

/** The base URL of GitHub's REST API for a repository's host: github.com's own, or a GitHub Enterprise Server's. */
export function apiUrl(host: string): string {
  return host === "github.com" ? "https://api.github.com" : `https://${host}/api/v3`;
}

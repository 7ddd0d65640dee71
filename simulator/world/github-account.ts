/** Who does things on GitHub: a person, the bot of an App, or the owner of repositories. */
export interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
}

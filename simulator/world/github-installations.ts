import { hash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import type { GitHubAccount } from "./github-account.ts";
import { GitHubError, notFound } from "./github-error.ts";
import type { GitHubRepository, Writer } from "./github-repository.ts";

/** Permission → "read" or "write", in the words of the App's settings (`statuses`, `pull_requests`, …). */
export type Permissions = Readonly<Record<string, "read" | "write">>;

export interface GitHubApp {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: GitHubAccount;
  /** `<slug>[bot]`: who the App's comments and statuses are by. */
  readonly bot: GitHubAccount;
  readonly permissions: Permissions;
  readonly createdMs: number;
}

export interface Installation {
  readonly id: number;
  readonly account: GitHubAccount;
  /** Ids of repositories of the account; null: all of them. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly permissions: Permissions;
  readonly createdMs: number;
  readonly suspendedMs: number | null;
}

export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  readonly expiresMs: number;
  /** Narrower than the installation's where the request asked for that. */
  readonly repositoryIds: ReadonlySet<number> | null;
  readonly permissions: Permissions;
}

/** Who a request is from, by its Authorization header. `mayWrite` etc. are asked through `checkAccess`. */
export type Principal =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | { readonly kind: "installation"; readonly token: InstallationToken }
  | { readonly kind: "user"; readonly account: GitHubAccount };

/** GitHub's installation tokens live for one hour. */
export const installationTokenMs = 3_600_000;

/** What Signalman's `app.yml` asks for. */
const defaultPermissions: Permissions = {
  metadata: "read",
  contents: "read",
  statuses: "write",
  pull_requests: "write",
  checks: "write",
  deployments: "write",
};

/** The App, where it is installed, and the tokens that were given out. */
export class GitHubInstallations {
  readonly app: GitHubApp;
  readonly #now: () => number;
  readonly #nextId: () => number;
  readonly #installations = new Map<number, Installation>();
  readonly #tokens = new Map<string, InstallationToken>();
  readonly #userTokens = new Map<string, GitHubAccount>();
  #privateKey: string | null = null;

  constructor(app: Omit<GitHubApp, "permissions" | "createdMs">, now: () => number, nextId: () => number) {
    this.app = { ...app, permissions: defaultPermissions, createdMs: now() };
    this.#now = now;
    this.#nextId = nextId;
  }

  /** The App's private key (PEM), made when it is first asked for. Until then no JWT is checked but for the App's id. */
  get privateKey(): string {
    this.#privateKey ??= generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    }).privateKey;
    return this.#privateKey;
  }

  /** Installs the App on an account: on all of its repositories, or on those named; on more where it is installed already. */
  install(account: GitHubAccount, options: { repositoryIds?: Iterable<number>; permissions?: Permissions } = {}): Installation {
    const before = this.ofAccount(account.login);
    const repositoryIds =
      options.repositoryIds === undefined ? null : new Set([...(before?.repositoryIds ?? []), ...options.repositoryIds]);
    const { id, createdMs } = before ?? { id: this.#nextId(), createdMs: this.#now() };
    const permissions = options.permissions ?? before?.permissions ?? defaultPermissions;
    const installation = { id, account, repositoryIds, permissions, createdMs, suspendedMs: null };
    this.#installations.set(id, installation);
    return installation;
  }

  /** Takes the App away from an account, or from one of its repositories. Tokens of the account's installation die with it. */
  uninstall(account: GitHubAccount, repository?: GitHubRepository, all: readonly GitHubRepository[] = []): void {
    const installation = this.ofAccount(account.login);
    if (installation === null) return;
    if (repository === undefined) {
      this.#installations.delete(installation.id);
      return;
    }
    const own = all.filter(({ owner }) => owner.id === account.id).map(({ id }) => id);
    const repositoryIds = new Set(installation.repositoryIds ?? own);
    repositoryIds.delete(repository.id);
    this.#installations.set(installation.id, { ...installation, repositoryIds });
  }

  suspend(account: GitHubAccount, suspended = true): void {
    const installation = this.ofAccount(account.login);
    if (installation === null) throw new Error(`The App is not installed on ${account.login}. Remedy: install it first.`);
    this.#installations.set(installation.id, { ...installation, suspendedMs: suspended ? this.#now() : null });
  }

  list(): readonly Installation[] {
    return [...this.#installations.values()];
  }
  get(id: number): Installation | null {
    return this.#installations.get(id) ?? null;
  }
  ofAccount(login: string): Installation | null {
    return this.list().find(({ account }) => account.login.toLowerCase() === login.toLowerCase()) ?? null;
  }
  ofRepository(repository: GitHubRepository): Installation | null {
    const installation = this.ofAccount(repository.owner.login);
    return installation !== null && includes(installation.repositoryIds, repository) ? installation : null;
  }

  /** A personal access token of an account; it may write everywhere. */
  addUserToken(token: string, account: GitHubAccount): void {
    this.#userTokens.set(token, account);
  }

  /** Throws 404 without the installation, 403 where it is suspended, 422 where more is asked for than was granted. */
  createToken(
    installationId: number,
    narrower: { repositoryIds?: readonly number[] | undefined; permissions?: Permissions | undefined } = {},
  ): InstallationToken {
    const installation = this.get(installationId);
    if (installation === null) throw notFound();
    if (installation.suspendedMs !== null) throw new GitHubError(403, "This installation has been suspended");
    const granted = installation.permissions;
    for (const [name, level] of Object.entries(narrower.permissions ?? {})) {
      if (granted[name] === level || granted[name] === "write") continue;
      throw new GitHubError(422, "The permissions requested are not granted to this installation.");
    }
    const id = this.#nextId();
    const token: InstallationToken = {
      token: `ghs_${hash("sha256", `${this.app.id}/${installationId}/${id}`, "base64url").slice(0, 36)}`,
      installationId,
      expiresMs: this.#now() + installationTokenMs,
      repositoryIds: narrower.repositoryIds === undefined ? installation.repositoryIds : new Set(narrower.repositoryIds),
      permissions: narrower.permissions ?? granted,
    };
    this.#tokens.set(token.token, token);
    return token;
  }

  /** Makes every token that was given out expire now. */
  expireTokens(): void {
    for (const [key, token] of this.#tokens) this.#tokens.set(key, { ...token, expiresMs: this.#now() });
  }

  /** Who an Authorization header names. Throws 401 for a token or JWT that GitHub would not take. */
  authenticate(authorization: string | undefined): Principal {
    if (authorization === undefined || authorization === "") return { kind: "anonymous" };
    const credential = authorization.replace(/^(bearer|token) /i, "");
    if (credential.split(".").length === 3) return this.#authenticateApp(credential);
    const account = this.#userTokens.get(credential);
    if (account !== undefined) return { kind: "user", account };
    const token = this.#tokens.get(credential);
    const alive = token !== undefined && token.expiresMs > this.#now() && this.get(token.installationId)?.suspendedMs === null;
    if (!alive) throw new GitHubError(401, "Bad credentials");
    return { kind: "installation", token };
  }

  /**
   * Throws what GitHub answers to a principal who may not do this: 404 where he may not even see the repository, 403 where he sees it
   * but lacks the permission, 401 where nobody has said who he is.
   */
  checkAccess(principal: Principal, repository: GitHubRepository, needed: { permission: string; level: "read" | "write" }): void {
    if (principal.kind === "user") return;
    const publicRead = !repository.private && needed.level === "read";
    if (principal.kind === "anonymous" || principal.kind === "app") {
      if (publicRead) return;
      throw repository.private ? notFound() : new GitHubError(401, "Requires authentication");
    }
    const { token } = principal;
    const installation = this.get(token.installationId);
    const included =
      installation?.account.id === repository.owner.id &&
      includes(installation.repositoryIds, repository) &&
      includes(token.repositoryIds, repository);
    if (!included && repository.private) throw notFound();
    const level = token.permissions[needed.permission];
    const allowed = included && (level === "write" || level === needed.level);
    if (!allowed && !publicRead) throw new GitHubError(403, "Resource not accessible by integration");
  }

  /** Throws 401 or 403 for a principal in whose name nothing can be written. */
  writer(principal: Principal): Writer {
    if (principal.kind === "user") return { account: principal.account, appId: null };
    if (principal.kind === "installation") return { account: this.app.bot, appId: this.app.id };
    throw new GitHubError(401, "Requires authentication");
  }

  /** Times in the JWT are not checked: a simulated clock may be far from the client's. */
  #authenticateApp(jwt: string): Principal {
    const [header = "", payload = "", signature = ""] = jwt.split(".");
    const signed = Buffer.from(`${header}.${payload}`);
    const valid =
      this.#privateKey === null ||
      verify("RSA-SHA256", signed, createPublicKey(this.#privateKey), Buffer.from(signature, "base64url"));
    if (!valid || issuer(payload) !== String(this.app.id)) throw new GitHubError(401, "A JSON web token could not be decoded");
    return { kind: "app" };
  }
}

function includes(repositoryIds: ReadonlySet<number> | null, repository: GitHubRepository): boolean {
  return repositoryIds === null || repositoryIds.has(repository.id);
}

function issuer(payload: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return typeof claims === "object" && claims !== null && "iss" in claims ? String(claims.iss) : "";
  } catch {
    return "";
  }
}

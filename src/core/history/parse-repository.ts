import { limits } from "../limits.ts";
import type { Repository } from "./relation.ts";

/** `user@host:path`: git's scp-like form; a colon followed by `//` is a URL instead. */
const scpLike = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/\/)(.+)$/;
const schemes = new Set(["http:", "https:", "ssh:", "git:", "git+ssh:", "git+https:"]);
/** What a GitHub owner, and what a repository's name, may consist of: anything else cannot go into a URL. */
const pathPart = /^[A-Za-z0-9_.-]{1,100}$/;

/**
 * The repository that a GitRepo's `spec.repo` names: https, ssh and scp-like forms, with and without `.git`, port and user.
 *
 * Returns null where the text names no `owner/name` on a host; never throws. A port is dropped: it belongs to the transport, not to the
 * repository. `ssh.github.com` (ssh over 443) and `www.github.com` are github.com.
 */
export function parseRepository(repo: string): Repository | null {
  if (repo.length > 2_048) return null;
  const before = known.get(repo);
  if (before !== undefined) return before;
  const repository = parse(repo);
  if (known.size >= limits.parsedRepositoriesMax) known.clear();
  known.set(repo, repository);
  return repository;
}

/** Asked for every stream at every turn, and a URL is dear to parse. */
const known = new Map<string, Repository | null>();

function parse(repo: string): Repository | null {
  const location = locate(repo.trim());
  if (location === null) return null;
  const parts = location.path.split("/").filter((part) => part !== "");
  const name = (parts.pop() ?? "").replace(/\.git$/, "");
  if (
    parts.length === 0 ||
    name === "" ||
    [...parts, name].some((part) => !pathPart.test(part) || part === "." || part === "..")
  ) {
    return null;
  }
  return { host: canonicalHost(location.host), owner: parts.join("/"), name };
}

function locate(repo: string): { host: string; path: string } | null {
  const url = URL.parse(repo);
  if (url !== null && schemes.has(url.protocol)) return url.hostname === "" ? null : { host: url.hostname, path: url.pathname };
  const [, host, path] = scpLike.exec(repo) ?? [];
  return host === undefined || path === undefined ? null : { host, path };
}

function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower === "ssh.github.com" || lower === "www.github.com" ? "github.com" : lower;
}

/** "host/owner/name", lower case: the key under which a repository's history is kept (GitHub's names are case-insensitive). */
export function repositoryKey(repository: Repository): string {
  return `${repository.host}/${repository.owner}/${repository.name}`.toLowerCase();
}

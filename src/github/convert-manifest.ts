import { Octokit } from "@octokit/rest";
import { limits } from "../core/limits.ts";
import { gitHubFailure } from "./failure.ts";
import { silent } from "./token-clients.ts";

/** A GitHub App as GitHub tells it once, at its registration. */
export interface RegisteredApp {
  readonly id: number;
  readonly name: string;
  /** https://github.com/apps/signalman */
  readonly url: string;
  /** PEM. */
  readonly privateKey: string;
  /** "" where the App has no webhook. */
  readonly webhookSecret: string;
}

/**
 * Exchanges the code of a manifest for the App (POST /app-manifests/{code}/conversions): once, and GitHub tells its keys this one time. Throws an Error
 * whose message holds neither the code nor anything of the answer.
 */
export async function convertManifest(
  code: string,
  { apiUrl, now }: { readonly apiUrl: string; readonly now: () => number },
  signal: AbortSignal,
): Promise<RegisteredApp> {
  const octokit = new Octokit({ baseUrl: apiUrl, log: silent });
  const until = AbortSignal.any([signal, AbortSignal.timeout(limits.gitHubRequestMs)]);
  let data;
  try {
    ({ data } = await octokit.rest.apps.createFromManifest({ code, request: { signal: until, redirect: "error" } }));
  } catch (error) {
    if ((error as { status?: unknown }).status === 404)
      throw new Error("GitHub does not know the code: it was used, or is older than an hour", { cause: error });
    throw new Error(gitHubFailure(error, now()).reason.replaceAll(code, "***"), { cause: error });
  }
  const { id, name, html_url: url, pem: privateKey, webhook_secret: webhookSecret } = data;
  const isApp = Number.isSafeInteger(id) && id > 0 && typeof privateKey === "string" && privateKey.includes("PRIVATE KEY-----");
  if (!isApp || !URL.canParse(url)) throw new Error("GitHub's answer holds no App and key");
  return { id, name, url, privateKey, webhookSecret: webhookSecret ?? "" };
}

import { readFile } from "node:fs/promises";
import { limits } from "../core/limits.ts";
import { formatDuration } from "../core/notification/duration.ts";
import { oneLine } from "../core/template/one-line.ts";
import { systemClock } from "../engine/system-clock.ts";
import { apiUrlOf, webUrlOf } from "../github/api-url.ts";
import { convertManifest, type RegisteredApp } from "../github/convert-manifest.ts";
import { readSettings, type Settings } from "../settings.ts";
import { tellSettings } from "../tell-settings.ts";
import { clusterProblem } from "./cluster-problem.ts";
import { Connections } from "./connections.ts";
import type { Invocation } from "./invocation.ts";
import { appManifest } from "./setup/app-manifest.ts";
import { AppSecret } from "./setup/app-secret.ts";
import { donePage, type Page, refusalPage } from "./setup/pages.ts";
import { registration } from "./setup/registration.ts";

/**
 * `setup`: registers the GitHub App by GitHub's manifest flow and stores its keys in the Secret that deploy/ reads. Nothing secret is printed, logged or
 * written to a file. Exit 0; 1 where it did not come to that; 2 misuse.
 */
export async function setup(invocation: Invocation): Promise<number> {
  const { stderr, signal = new AbortController().signal } = invocation;
  const read = readSettings("setup", invocation);
  if (read.kind !== "settings") return tellSettings("setup", read, invocation);
  const { settings, operands } = read;
  if (operands.length > 0) {
    const problem = { code: "WrongArguments", message: 'takes flags only. See "signalman setup --help".' } as const;
    return tellSettings("setup", { kind: "refused", problems: [problem] }, invocation);
  }
  const connections = new Connections(settings);
  const until = AbortSignal.any([signal, AbortSignal.timeout(limits.setupMs)]);
  try {
    const namespace = settings.namespace || "signalman";
    const secret = new AppSecret({ client: await connections.kubernetes(), namespace, signal });
    await secret.check();
    return (await register({ settings, secret, invocation }, until)) ? 0 : 1;
  } catch (error) {
    stderr.write(`signalman setup: ${oneLine(problemOf(error))}\n`);
    return 1;
  } finally {
    await connections.close();
  }
}

interface Registering {
  readonly settings: Settings;
  readonly secret: AppSecret;
  readonly invocation: Invocation;
}

async function register({ settings, secret, invocation }: Registering, until: AbortSignal): Promise<boolean> {
  const { stdout, stderr } = invocation;
  const { organization, appName, publicUrl, port } = settings;
  const owner = organization === "" ? "" : `/organizations/${encodeURIComponent(organization)}`;
  const appYaml = await readFile(new URL("../../app.yml", import.meta.url), "utf8");
  return await registration(
    {
      port,
      gitHubPage: `${webUrlOf(settings)}${owner}/settings/apps/new`,
      manifestFor: (redirectUrl) => appManifest(appYaml, { name: appName, publicUrl, redirectUrl }),
      onReady: (url) => stdout.write(`Open ${url} in a browser on this machine, and follow it to GitHub. Ctrl-C ends it.\n`),
      complete: async (code) => {
        const completed = await complete(code, { settings, secret, invocation });
        (completed.isDone ? stdout : stderr).write(completed.text);
        return completed;
      },
    },
    until,
  );
}

interface Completed {
  readonly page: Page;
  readonly isDone: boolean;
  readonly text: string;
}

/** From the code on there is no way back: the App exists, and its keys are told once. */
async function complete(code: string, { settings, secret, invocation }: Registering): Promise<Completed> {
  const { signal = new AbortController().signal } = invocation;
  const failed = (text: string): Completed => {
    return { page: refusalPage(502, text), isDone: false, text: `signalman setup: ${oneLine(text)}\n` };
  };
  let app: RegisteredApp;
  try {
    const apiUrl = apiUrlOf(settings) || "https://api.github.com";
    app = await convertManifest(code, { apiUrl, now: () => systemClock.now() }, signal);
  } catch (error) {
    return failed(
      `GitHub did not hand over the App: ${problemOf(error)}. Run setup again; if GitHub lists an App without a key meanwhile, delete it there.`,
    );
  }
  try {
    await secret.store(app, variablesOf(settings));
  } catch (error) {
    return failed(
      `${app.name} is registered (${app.url}), but its keys could not be stored in Secret ${secret.name}: ${problemOf(error)}. ` +
        "They are kept nowhere. Make a new private key and webhook secret in the App's settings on GitHub and create the Secret by hand (docs/configuration.md#the-app), " +
        "or delete the App there and run setup again.",
    );
  }
  const installUrl = `${app.url}/installations/new`;
  return { page: donePage({ name: app.name, installUrl }), isDone: true, text: nextSteps(app, { settings, secret, installUrl }) };
}

/** The Secret's other keys: `run` reads each as a variable. */
function variablesOf({ gheHost, gitHubApiUrl }: Settings): Readonly<Record<string, string>> {
  return { ...(gheHost !== "" && { GHE_HOST: gheHost }), ...(gitHubApiUrl !== "" && { GITHUB_API_URL: gitHubApiUrl }) };
}

function nextSteps(
  { name, url, webhookSecret }: RegisteredApp,
  { settings, secret, installUrl }: { settings: Settings; secret: AppSecret; installUrl: string },
): string {
  const hooks =
    settings.publicUrl === ""
      ? 'It has no webhooks: add "--no-app" to the args of deploy/signalman.yaml (or run setup with --public-url for another App).'
      : webhookSecret === ""
        ? "GitHub made no webhook secret: set one in the App's settings, and in the Secret as WEBHOOK_SECRET."
        : `Its webhooks go to ${settings.publicUrl}: lead that to the Service signalman, port 80.`;
  return [
    `${oneLine(name)} is registered (${url}), and its keys are in Secret ${secret.name}. What is left to do:`,
    `  1. Install it on the repositories that your GitRepos name: ${installUrl}`,
    `  2. ${hooks}`,
    "  3. kubectl apply -k deploy/",
    "",
  ].join("\n");
}

function problemOf(error: unknown): string {
  const { name } = error as { name?: unknown };
  if (name === "TimeoutError") return `nobody came back from GitHub within ${formatDuration(limits.setupMs)}. Run setup again`;
  if (name === "AbortError") return "ended before anything was registered";
  return clusterProblem(error);
}

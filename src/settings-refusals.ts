import { generatesCode } from "./generates-code.ts";
import type { Verb } from "./setting.ts";
import type { SettingProblem } from "./setting-problem.ts";
import { trialInstance } from "./trial-instance.ts";
import type { Settings } from "./settings-table.ts";

/** Why these settings, each valid by itself, are a refusal to start (design §2); empty where they are not. */
export function refusals(verb: Verb, settings: Settings): readonly SettingProblem[] {
  const ofRun = verb === "run" ? [...partRefusals(settings), ...nameRefusals(settings), ...runtimeRefusals()] : [];
  // Only run answers hooks.
  const app = verb === "run" && settings.app;
  return [...gitHubRefusals({ ...settings, app }, verb), ...ofRun, ...hostRefusals(settings)];
}

function gitHubRefusals(settings: Settings, verb: Verb): readonly SettingProblem[] {
  const { app, appId, privateKey, privateKeyPath, webhookSecret, gitHubToken } = settings;
  const problems: SettingProblem[] = [];
  const hasKey = privateKey !== "" || privateKeyPath !== "";
  const needsApp = app || appId !== 0;
  const outsideOfApp = app ? ", or start with --no-app" : "";
  if (needsApp && appId === 0) problems.push(missing(`APP_ID is not set. Set it to the id of the GitHub App${outsideOfApp}.`));
  if (needsApp && !hasKey) {
    problems.push(
      missing(`Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set. Set one to the key of the GitHub App${outsideOfApp}.`),
    );
  }
  if (app && webhookSecret === "") {
    problems.push(
      missing(
        "WEBHOOK_SECRET is not set or empty, so anybody could send hooks in GitHub's name. Set it as in the GitHub App, or start with --no-app.",
      ),
    );
  }
  if (privateKey !== "" && privateKeyPath !== "")
    problems.push(conflict("PRIVATE_KEY and PRIVATE_KEY_PATH are both set. Keep one."));
  if (gitHubToken !== "" && needsApp) {
    const withoutApp = verb === "run" ? " and start with --no-app" : "";
    problems.push(conflict(`GITHUB_TOKEN is set and the GitHub App is on. Remove GITHUB_TOKEN, or unset APP_ID${withoutApp}.`));
  }
  return problems;
}

function hostRefusals({ gheHost, gitHubApiUrl }: Settings): readonly SettingProblem[] {
  const problems: SettingProblem[] = [];
  if (gheHost !== "" && gitHubApiUrl !== "") problems.push(conflict("GHE_HOST and GITHUB_API_URL are both set. Keep one."));
  if (gheHost !== "" && !/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:\d+)?$/.test(gheHost)) {
    problems.push({ code: "InvalidSetting", message: "GHE_HOST is not a host. Write it without https:// and without a path." });
  }
  return problems;
}

function partRefusals({ app, watcher }: Settings): readonly SettingProblem[] {
  return app || watcher ? [] : [conflict("--no-app and --no-watcher together leave nothing to run. Remove one of them.")];
}

function nameRefusals({ name }: Settings): readonly SettingProblem[] {
  if (name !== trialInstance) return [];
  const message = `SIGNALMAN_NAME (--name) is "${name}", under which "signalman send" writes. Take another name.`;
  return [{ code: "InvalidSetting", message }];
}

function missing(message: string): SettingProblem {
  return { code: "MissingSetting", message };
}

function conflict(message: string): SettingProblem {
  return { code: "SettingConflict", message };
}

function runtimeRefusals(): readonly SettingProblem[] {
  if (!generatesCode()) return [];
  const message =
    "This Node can make code from strings, and templates come from tenants. Start it as bin/signalman, or with --disallow-code-generation-from-strings.";
  return [{ code: "UnsafeRuntime", message }];
}

import { describe, expect, test } from "vitest";
import { helpOf, overview } from "./settings-help.ts";
import { readSettings, type Settings } from "./settings.ts";
import { refusals } from "./settings-refusals.ts";
import { type Setting, verbs } from "./setting.ts";
import { settingsTable } from "./settings-table.ts";

const app = { APP_ID: "7", PRIVATE_KEY: "key", WEBHOOK_SECRET: "hush" };

function settingsOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Settings {
  // replay has no rules beyond the single values; run's own are tested below.
  const read = readSettings("demo", { args, env });
  if (read.kind !== "settings") throw new Error(JSON.stringify(read));
  return read.settings;
}

function refusedFor(args: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const read = readSettings("run", { args, env });
  if (read.kind !== "refused") return [];
  // Tests run without the flag that run needs.
  return read.problems.filter((it) => it.code !== "UnsafeRuntime").map((it) => `${it.code}: ${it.message}`);
}

describe("where a value comes from", () => {
  test("a flag wins over a variable, a variable over the default", () => {
    expect(settingsOf([]).port).toBe(3000);
    expect(settingsOf([], { PORT: "3001" }).port).toBe(3001);
    expect(settingsOf(["--port=3002"], { PORT: "3001" }).port).toBe(3002);
    expect(settingsOf(["--port", "3002"]).port).toBe(3002);
  });

  test("an empty variable counts as unset, an empty flag is refused", () => {
    expect(settingsOf([], { PORT: "" }).port).toBe(3000);
    expect(readSettings("demo", { args: ["--port="], env: {} })).toMatchObject({ kind: "refused" });
  });

  test("switches: --no-app turns the App off, --once turns on", () => {
    expect(settingsOf([])).toMatchObject({ once: false, app: true, watcher: true });
    expect(settingsOf(["--once"]).once).toBe(true);
    expect(refusedFor(["--no-app"])).toEqual([]);
  });

  test("a list is given by several flags", () => {
    const read = readSettings("replay", {
      args: ["--notification=a.yaml", "x.gz", "--notification", "b.yaml", "--", "-y.gz"],
      env: {},
    });
    expect(read).toMatchObject({
      kind: "settings",
      settings: { notifications: ["a.yaml", "b.yaml"] },
      operands: ["x.gz", "-y.gz"],
    });
  });

  test("a verb does not look at variables that are not its own", () => {
    expect(readSettings("check", { args: ["-"], env: { PORT: "x", LOG_LEVEL: "loud" } })).toMatchObject({
      kind: "settings",
      operands: ["-"],
    });
  });
});

describe("refusal to start", () => {
  const refused: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
    ["WEBHOOK_SECRET unset", [], { APP_ID: "7", PRIVATE_KEY: "key" }],
    ["WEBHOOK_SECRET empty", [], { ...app, WEBHOOK_SECRET: "" }],
    ["no App at all", [], {}],
    ["an App without a key, without its endpoint", ["--no-app"], { APP_ID: "7" }],
    ["two keys", [], { ...app, PRIVATE_KEY_PATH: "/key.pem" }],
    ["a token beside the App", [], { ...app, GITHUB_TOKEN: "t" }],
    ["two addresses of GitHub", [], { ...app, GHE_HOST: "ghe.example.com", GITHUB_API_URL: "https://api.example.com" }],
    ["GHE_HOST with a scheme", [], { ...app, GHE_HOST: "https://ghe.example.com" }],
    ["nothing to run", ["--no-app", "--no-watcher"], {}],
    ["a port that is none", ["--no-app"], { PORT: "70000" }],
    ["a level that is none", ["--no-app"], { LOG_LEVEL: "inof" }],
    ["an API URL that is none", ["--no-app"], { GITHUB_API_URL: "api.github.com" }],
    ["a name that no status context can have", ["--no-app"], { SIGNALMAN_NAME: "prod eu" }],
    ["an unknown flag", ["--no-ap"], {}],
    ["a flag of another verb", ["--no-app", "--commits=x"], {}],
    ["a flag without its value", ["--no-app", "--port"], {}],
    ["a switch with a value", ["--no-app=false"], {}],
    ["a secret as a flag", ["--no-app", "--webhook-secret=hush"], {}],
  ];

  test("says what was found, what is allowed and the remedy", () => {
    const told = refused.map(([title, args, env]) => [`# ${title}`, ...refusedFor(args, env)].join("\n"));
    expect(told.join("\n")).toMatchInlineSnapshot(`
      "# WEBHOOK_SECRET unset
      MissingSetting: WEBHOOK_SECRET is not set or empty, so anybody could send hooks in GitHub's name. Set it as in the GitHub App, or start with --no-app.
      # WEBHOOK_SECRET empty
      MissingSetting: WEBHOOK_SECRET is not set or empty, so anybody could send hooks in GitHub's name. Set it as in the GitHub App, or start with --no-app.
      # no App at all
      MissingSetting: APP_ID is not set. Set it to the id of the GitHub App, or start with --no-app.
      MissingSetting: Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set. Set one to the key of the GitHub App, or start with --no-app.
      MissingSetting: WEBHOOK_SECRET is not set or empty, so anybody could send hooks in GitHub's name. Set it as in the GitHub App, or start with --no-app.
      # an App without a key, without its endpoint
      MissingSetting: Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set. Set one to the key of the GitHub App.
      # two keys
      SettingConflict: PRIVATE_KEY and PRIVATE_KEY_PATH are both set. Keep one.
      # a token beside the App
      SettingConflict: GITHUB_TOKEN is set and the GitHub App is on. Remove GITHUB_TOKEN, or unset APP_ID and start with --no-app.
      # two addresses of GitHub
      SettingConflict: GHE_HOST and GITHUB_API_URL are both set. Keep one.
      # GHE_HOST with a scheme
      InvalidSetting: GHE_HOST is not a host. Write it without https:// and without a path.
      # nothing to run
      SettingConflict: --no-app and --no-watcher together leave nothing to run. Remove one of them.
      # a port that is none
      InvalidSetting: PORT "70000" is not a whole number from 0 to 65535.
      # a level that is none
      InvalidSetting: LOG_LEVEL "inof" is not one of trace, debug, info, warn, error, fatal. Did you mean "info"?
      # an API URL that is none
      InvalidSetting: GITHUB_API_URL "api.github.com" is not a URL that begins with https:// or http://.
      # a name that no status context can have
      InvalidSetting: SIGNALMAN_NAME "prod eu" is not a name: letters, digits, "-", "_" and ".", a letter or digit at both ends, at most 40.
      # an unknown flag
      UnknownFlag: there is no flag --no-ap. Did you mean --no-app?
      # a flag of another verb
      UnknownFlag: there is no flag --commits. See "signalman run --help".
      # a flag without its value
      InvalidSetting: --port needs a value. Write --port=VALUE.
      # a switch with a value
      InvalidSetting: --no-app takes no value. Write --no-app alone.
      # a secret as a flag
      UnknownFlag: there is no flag --webhook-secret. See "signalman run --help"."
    `);
  });

  test.each([
    ["an App", [], app],
    ["an App whose key is in a file", [], { APP_ID: "7", PRIVATE_KEY_PATH: "/key.pem", WEBHOOK_SECRET: "hush" }],
    ["an App without its endpoint", ["--no-app"], { APP_ID: "7", PRIVATE_KEY: "key" }],
    ["a token", ["--no-app"], { GITHUB_TOKEN: "t" }],
    ["neither: webhooks alone", ["--no-app"], {}],
  ])("none for %s", (_, args, env) => {
    expect(refusedFor(args, env)).toEqual([]);
  });

  test("render and send refuse an App without a key, and two ways to GitHub at once, and need none", () => {
    for (const verb of ["render", "send"] as const) {
      const said = (env: Readonly<Record<string, string>>) => {
        const read = readSettings(verb, { args: [], env });
        return read.kind === "refused" ? read.problems.map((it) => it.message) : [];
      };
      expect(said({})).toEqual([]);
      expect(said({ GITHUB_TOKEN: "t" })).toEqual([]);
      expect(said({ APP_ID: "7" })).toEqual([
        "Neither PRIVATE_KEY nor PRIVATE_KEY_PATH is set. Set one to the key of the GitHub App.",
      ]);
      expect(said({ APP_ID: "7", PRIVATE_KEY: "pem", GITHUB_TOKEN: "t" })).toEqual([
        "GITHUB_TOKEN is set and the GitHub App is on. Remove GITHUB_TOKEN, or unset APP_ID.",
      ]);
    }
  });

  test("run may not have the name under which send writes", () => {
    expect(refusedFor(["--no-app", "--name=trial"])).toEqual([
      'InvalidSetting: SIGNALMAN_NAME (--name) is "trial", under which "signalman send" writes. Take another name.',
    ]);
  });

  test("no refusal repeats a secret", () => {
    const env = {
      APP_ID: "7",
      PRIVATE_KEY: "hush",
      WEBHOOK_SECRET: "hush",
      GITHUB_TOKEN: "hush",
      PRIVATE_KEY_PATH: "x",
      PORT: "-1",
    };
    const told = refusedFor([], env).join("\n");
    expect(told).not.toBe("");
    expect(told).not.toContain("hush");
  });

  test("run refuses where code can be made from strings, as here; other verbs do not", () => {
    const read = readSettings("run", { args: ["--no-app"], env: {} });
    expect(read).toMatchObject({ kind: "refused", problems: [{ code: "UnsafeRuntime" }] });
    expect(refusals("check", settingsOf([]))).toEqual([]);
  });
});

describe("help", () => {
  test("names every flag and variable of the verb", () => {
    const all: readonly Setting[] = Object.values(settingsTable);
    for (const verb of verbs) {
      for (const { flag, variable } of all.filter((it) => it.usedBy.includes(verb))) {
        if (flag !== null) expect(helpOf(verb)).toContain(`--${flag}`);
        if (variable !== null) expect(helpOf(verb)).toContain(variable);
      }
      expect(overview()).toContain(verb);
    }
  });

  test("is asked for with --help and -h, whatever else is there", () => {
    expect(readSettings("run", { args: ["--help"], env: {} })).toEqual({ kind: "help" });
    expect(readSettings("run", { args: ["-h", "--nonsense"], env: {} })).toEqual({ kind: "help" });
  });
});

test("what is secret is no flag: everybody sees a process's flags", () => {
  const secrets = (Object.values(settingsTable) as readonly Setting[]).filter((it) => it.isSecret === true);
  expect(secrets.map((it) => [it.variable, it.flag])).toEqual([
    ["PRIVATE_KEY", null],
    ["WEBHOOK_SECRET", null],
    ["GITHUB_TOKEN", null],
    ["HTTPS_PROXY", null],
    ["HTTP_PROXY", null],
  ]);
});

test("proxies by environment, in capital or small letters; what is none is refused and not repeated", () => {
  expect(
    refusedFor(["--no-app"], { HTTPS_PROXY: "http://ann:p%40ss@proxy.example:3128", http_proxy: "proxy.example:8080" }),
  ).toEqual([]);
  expect(refusedFor(["--no-app"], { https_proxy: "socks5://ann:hunter2@proxy.example", NO_PROXY: ".svc, a b" })).toEqual([
    "InvalidSetting: HTTPS_PROXY is not a proxy: http://HOST:PORT or https://HOST:PORT, user and password percent-encoded.",
    'InvalidSetting: NO_PROXY ".svc, a b" has "a b" in it, which is neither *, a CIDR, an address nor a host. Allowed: "10.0.0.0/8,.example.com".',
  ]);
});

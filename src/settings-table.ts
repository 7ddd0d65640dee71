import { limits } from "./core/limits.ts";
import { parseNoProxy } from "./http/proxy-choice.ts";
import type { Setting, Verb } from "./setting.ts";
import {
  parseDurationWithin,
  parseInteger,
  parseName,
  parseOneOf,
  parseProxy,
  parseRepositoryGrant,
  parseText,
  parseUrl,
} from "./setting-values.ts";
import { verbSettings } from "./verb-settings.ts";

const kubernetes: readonly Verb[] = ["run", "render", "send", "explain", "record", "setup"];
const gitHub: readonly Verb[] = ["run", "render", "send"];
/** Who must know where GitHub is. */
const gitHubHosts: readonly Verb[] = [...gitHub, "setup"];
/** Who brings webhooks onto the wire. */
const wayOut: readonly Verb[] = ["run", "send"];
const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/**
 * Every flag and variable of the program, once: parsing, `--help`, docs/reference/settings.md and the refusal to start all read this.
 * `satisfies` keeps each entry's own types, from which `Settings` is made.
 */
export const settingsTable = {
  kubeconfig: {
    flag: "kubeconfig",
    variable: "KUBECONFIG",
    placeholder: "FILE",
    parse: parseText,
    fallback: "",
    usedBy: kubernetes,
    description: "Kubeconfig of the management cluster. Default: the Pod's own service account, else ~/.kube/config.",
  },
  namespace: {
    flag: "namespace",
    variable: "SIGNALMAN_NAMESPACE",
    placeholder: "NAME",
    parse: parseName({ max: 63 }),
    fallback: "",
    usedBy: ["run", "setup"],
    description: "Namespace of the Lease; of setup: of the Secret. Default: the Pod's own, else signalman.",
  },
  name: {
    flag: "name",
    variable: "SIGNALMAN_NAME",
    placeholder: "NAME",
    parse: parseName({ max: 40 }),
    fallback: "",
    usedBy: ["run", "render"],
    description:
      "Tells two installations apart that report to the same repositories: goes before status contexts and into comment markers.",
  },
  podUid: {
    flag: null,
    variable: "POD_UID",
    placeholder: "UID",
    parse: parseName({ max: 63 }),
    fallback: "",
    usedBy: ["run"],
    description:
      "Uid of the Pod: a container that is started again in it takes its own lease over at once, instead of waiting until it expires.",
  },
  shardId: {
    flag: "shard-id",
    variable: "SIGNALMAN_SHARD_ID",
    placeholder: "ID",
    parse: parseName({ max: 63 }),
    fallback: "",
    usedBy: ["run"],
    description: "Handles the GitRepos whose label fleet.cattle.io/shard-ref is this. Default: those without the label.",
  },
  app: {
    flag: "no-app",
    variable: null,
    placeholder: null,
    parse: null,
    fallback: true,
    usedBy: ["run"],
    description: "Leaves out the HTTP endpoint for GitHub's webhooks; no inbound traffic is needed then.",
  },
  watcher: {
    flag: "no-watcher",
    variable: null,
    placeholder: null,
    parse: null,
    fallback: true,
    usedBy: ["run"],
    description: "Leaves out the watcher: only the endpoint for GitHub's webhooks runs.",
  },
  appId: {
    flag: null,
    variable: "APP_ID",
    placeholder: "NUMBER",
    parse: parseInteger({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fallback: 0,
    usedBy: gitHub,
    description: "Id of the GitHub App.",
  },
  privateKey: {
    flag: null,
    variable: "PRIVATE_KEY",
    placeholder: "PEM",
    parse: parseText,
    fallback: "",
    isSecret: true,
    usedBy: gitHub,
    description: "Private key of the GitHub App: PEM, PEM with \\n for line ends, or base64 of it.",
  },
  privateKeyPath: {
    flag: null,
    variable: "PRIVATE_KEY_PATH",
    placeholder: "FILE",
    parse: parseText,
    fallback: "",
    usedBy: gitHub,
    description: "File with the private key of the GitHub App.",
  },
  webhookSecret: {
    flag: null,
    variable: "WEBHOOK_SECRET",
    placeholder: "TEXT",
    parse: parseText,
    fallback: "",
    isSecret: true,
    usedBy: ["run"],
    description: "Secret of the GitHub App's webhooks. Needed unless --no-app is given.",
  },
  gitHubToken: {
    flag: null,
    variable: "GITHUB_TOKEN",
    placeholder: "TOKEN",
    parse: parseText,
    fallback: "",
    isSecret: true,
    usedBy: gitHub,
    description: "A token in place of a GitHub App; of run: only together with --no-app.",
  },
  gheHost: {
    flag: null,
    variable: "GHE_HOST",
    placeholder: "HOST",
    parse: parseText,
    fallback: "",
    usedBy: gitHubHosts,
    description: "Host of a GitHub Enterprise Server, without https:// and path. Default: github.com.",
  },
  gitHubApiUrl: {
    flag: null,
    variable: "GITHUB_API_URL",
    placeholder: "URL",
    parse: parseUrl,
    fallback: "",
    usedBy: gitHubHosts,
    description: "Base URL of GitHub's API, where it is neither github.com's nor that of GHE_HOST.",
  },
  agentCheckinIntervalMs: {
    flag: "agent-checkin-interval",
    variable: "AGENT_CHECKIN_INTERVAL",
    placeholder: "DURATION",
    parse: parseDurationWithin({ minMs: 1_000, maxMs: limits.checkinIntervalMaxMs }),
    fallback: limits.checkinIntervalDefaultMs,
    usedBy: ["run", "render", "send", "explain"],
    description:
      "Fleet's agentCheckinInterval, where it is not 15m: a cluster is offline when its agent was silent for three of them, at least for 45 min.",
  },
  strictEgress: {
    flag: "strict-egress",
    variable: null,
    placeholder: null,
    parse: null,
    fallback: false,
    usedBy: wayOut,
    description: "Refuses webhooks to private addresses too; link-local, loopback and metadata addresses are always refused.",
  },
  allowEgress: {
    flag: "allow-egress",
    variable: null,
    placeholder: "CIDR|HOST",
    parse: parseText,
    isList: true,
    fallback: [],
    usedBy: wayOut,
    description:
      "Allows webhooks to these addresses or hosts (and all below a host) though they would be refused. Several times.",
  },
  repositoryPolicy: {
    flag: "repository-policy",
    variable: "REPOSITORY_POLICY",
    placeholder: "NAMESPACE=OWNER/NAME",
    parse: parseRepositoryGrant,
    isList: true,
    fallback: [],
    usedBy: ["run", "render", "send", "explain"],
    description:
      "Lets GitRepos of the namespace report to the GitHub repository; * and ? stand for letters in both. Needed outside of fleet-default and fleet-local. Several times.",
  },
  httpsProxy: {
    flag: null,
    variable: "HTTPS_PROXY",
    otherVariable: "https_proxy",
    placeholder: "URL",
    parse: parseProxy,
    fallback: "",
    isSecret: true,
    usedBy: wayOut,
    description:
      "Proxy for webhooks to https:// addresses; http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ where it wants them.",
  },
  httpProxy: {
    flag: null,
    variable: "HTTP_PROXY",
    otherVariable: "http_proxy",
    placeholder: "URL",
    parse: parseProxy,
    fallback: "",
    isSecret: true,
    usedBy: wayOut,
    description: "Proxy for webhooks to http:// addresses.",
  },
  noProxy: {
    flag: null,
    variable: "NO_PROXY",
    otherVariable: "no_proxy",
    placeholder: "HOSTS",
    parse: parseNoProxy,
    fallback: [],
    usedBy: wayOut,
    description: "What is reached without a proxy, between commas: hosts (and all below them), addresses, CIDRs, or *.",
  },
  host: {
    flag: "host",
    variable: "HOST",
    placeholder: "ADDRESS",
    parse: parseText,
    fallback: "0.0.0.0",
    usedBy: ["run"],
    description: "Address that both servers listen on. Default: 0.0.0.0.",
  },
  port: {
    flag: "port",
    variable: "PORT",
    placeholder: "NUMBER",
    parse: parseInteger({ min: 0, max: 65_535 }),
    fallback: 3000,
    usedBy: ["run", "demo", "setup"],
    description: "Port for GitHub's webhooks; of demo and setup: for the page. 0 takes a free one. Default: 3000.",
  },
  opsPort: {
    flag: "ops-port",
    variable: "OPS_PORT",
    placeholder: "NUMBER",
    parse: parseInteger({ min: 0, max: 65_535 }),
    fallback: 9090,
    usedBy: ["run"],
    description: "Port of /metrics, /healthz and /readyz. 0 takes a free one. Default: 9090.",
  },
  logLevel: {
    flag: "log-level",
    variable: "LOG_LEVEL",
    placeholder: "LEVEL",
    parse: parseOneOf(logLevels),
    fallback: "info",
    usedBy: ["run", "demo", "explain", "record", "replay"],
    description: `What is logged: ${logLevels.join(", ")}. Default: info.`,
  },
  ...verbSettings,
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settingsTable;

type ValueOf<S extends Setting> = S extends { readonly parse: (text: string) => infer T }
  ? S extends { readonly isList: true }
    ? readonly T[]
    : T
  : boolean;

/** Every setting with its value: as given, else by variable, else the default. Switches that begin with "no" are true unless given. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof settingsTable)[Name]> };

import { type EventType, eventTypes } from "./core/notification/rule.ts";
import type { Setting, Verb } from "./setting.ts";
import { parseAppName, parseGitRepoName, parseName, parseOneOf, parseText, parseUrl } from "./setting-values.ts";

/** How `check` prints what it found. */
export const checkOutputs = ["text", "json", "github"] as const;
/** Who takes a Notification and an event. */
const trying: readonly Verb[] = ["render", "send"];
/** "": not given. */
const parseEvent: (text: string) => EventType | "" = parseOneOf(eventTypes);

/** What single verbs are told about their work, and `run` is not: a part of `settingsTable`. */
export const verbSettings = {
  output: {
    flag: "output",
    variable: null,
    placeholder: "FORM",
    parse: parseOneOf(checkOutputs),
    fallback: "text",
    usedBy: ["check"],
    description:
      "How errors are printed: text (a line each), json (one object), github (annotations of GitHub Actions). Default: text.",
  },
  event: {
    flag: "event",
    variable: null,
    placeholder: "EVENT",
    parse: parseEvent,
    fallback: "",
    usedBy: trying,
    description: `What is told: ${eventTypes.join(", ")}. Needed.`,
  },
  gitRepo: {
    flag: "gitrepo",
    variable: null,
    placeholder: "NAMESPACE/NAME",
    parse: parseGitRepoName,
    fallback: null,
    usedBy: trying,
    description: "Takes this GitRepo as the cluster shows it now in place of the sample. Needs a kubeconfig.",
  },
  notificationName: {
    flag: "notification",
    variable: null,
    placeholder: "NAME",
    parse: parseText,
    fallback: "",
    usedBy: trying,
    description: "Only the Notification or ClusterNotification of this name.",
  },
  destination: {
    flag: "destination",
    variable: null,
    placeholder: "NAME",
    parse: parseText,
    fallback: "",
    usedBy: trying,
    description: "Only the destinations of this name.",
  },
  renderOutput: {
    flag: "output",
    variable: null,
    placeholder: "FORM",
    parse: parseOneOf(["text", "json"] as const),
    fallback: "text",
    usedBy: trying,
    description: "How requests are printed: text (as in an .http file) or json (one line each). Default: text.",
  },
  explainOutput: {
    flag: "output",
    variable: null,
    placeholder: "FORM",
    parse: parseOneOf(["text", "json"] as const),
    fallback: "text",
    usedBy: ["explain"],
    description: "How it is told: text, or json (one object). Default: text.",
  },
  explainNotifications: {
    flag: "notifications",
    variable: null,
    placeholder: null,
    parse: null,
    fallback: false,
    usedBy: ["explain"],
    description: "Says instead what Notifications send for the GitRepo, and where each field comes from.",
  },
  organization: {
    flag: "organization",
    variable: null,
    placeholder: "NAME",
    parse: parseName({ max: 39 }),
    fallback: "",
    usedBy: ["setup"],
    description: "The organization on GitHub that the App belongs to. Default: whoever is logged in there.",
  },
  appName: {
    flag: "app-name",
    variable: null,
    placeholder: "NAME",
    parse: parseAppName,
    fallback: "",
    usedBy: ["setup"],
    description: "Name of the App, which nobody on GitHub may have yet; it can be changed on GitHub's page. Default: Signalman.",
  },
  publicUrl: {
    flag: "public-url",
    variable: null,
    placeholder: "URL",
    parse: parseUrl,
    fallback: "",
    usedBy: ["setup"],
    description:
      "Where GitHub reaches Signalman (your Ingress): its webhooks go to URL/api/github/webhooks. Without it the App has none, and run needs --no-app.",
  },
  once: {
    flag: "once",
    variable: null,
    placeholder: null,
    parse: null,
    fallback: false,
    usedBy: ["demo"],
    description: "Plays the story to its end, prints what was sent, and exits.",
  },
  notifications: {
    flag: "notification",
    variable: null,
    placeholder: "FILE",
    parse: parseText,
    isList: true,
    fallback: [],
    usedBy: ["replay"],
    description: "File with the Notifications that say what is sent. Several times.",
  },
  commits: {
    flag: "commits",
    variable: null,
    placeholder: "FILE",
    parse: parseText,
    fallback: "",
    usedBy: ["replay"],
    description: "History of the repository: JSON lines {sha, parents, message, pullRequest?}. Default: the recording's own.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

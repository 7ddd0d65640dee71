import { type Setting, type Verb, verbs } from "./setting.ts";
import { settingsTable } from "./settings-table.ts";

const entries: readonly Setting[] = Object.values(settingsTable);
const width = 100;

/** What each verb does, and what it is called with after its flags. */
export const verbTexts: Readonly<Record<Verb, { readonly operands: string; readonly does: string }>> = {
  run: {
    operands: "",
    does: "Watches Fleet and reports what was deployed where, and answers GitHub's webhooks, until it is told to stop.",
  },
  demo: {
    operands: "",
    does: "Runs the whole product against a simulated cluster, Fleet and GitHub, with a page in the browser.",
  },
  check: {
    operands: "FILE…",
    does:
      "Checks Notifications without a cluster: files, folders, or - for the standard input. Prints one line an error, " +
      "file:line:column: message [code]. Exit code 1 where there is one, 2 where the call is wrong.",
  },
  render: {
    operands: "FILE…",
    does: "Prints the HTTP requests that Notifications would send for a sample rollout, or for a GitRepo as it is now, to the byte, secrets masked. Sends nothing.",
  },
  send: {
    operands: "FILE…",
    does:
      "Sends what render shows, to try a receiver: the HTTP requests of Notifications for a sample rollout, or for a GitRepo as it is now. Says what " +
      "came of each; exit code 1 where one was not delivered. The streams of run go on as if nothing had been sent.",
  },
  explain: {
    operands: "NAMESPACE/GITREPO",
    does:
      "Says whether the commit of a GitRepo is deployed and, if not, what it waits for and since when; exit code 1 then. With --notifications: " +
      "what is sent for it, and which Notification says so.",
  },
  record: { operands: "FILE", does: "Writes a recording of the cluster's Fleet objects: no Secrets, no contents of bundles." },
  setup: {
    operands: "",
    does:
      "Creates the GitHub App and stores its keys in the Secret that deploy/ reads. Serves one page on this machine, on which you send GitHub what the App " +
      "may do; nothing secret is printed.",
  },
  replay: {
    operands: "FILE…",
    does: "Plays recordings through the product under a virtual clock and prints every request that would be sent, one JSON line each.",
  },
};

/** `signalman --help`. */
export function overview(): string {
  const rows = verbs.map((verb) => [`${verb} ${verbTexts[verb].operands}`.trim(), verbTexts[verb].does] as const);
  return `Usage: signalman VERB [FLAGS] …\n\n${rows.map(row).join("")}\nsignalman VERB --help tells a verb's flags and variables.\n`;
}

/** `signalman VERB --help`: every flag and variable of the verb. */
export function helpOf(verb: Verb): string {
  const { operands, does } = verbTexts[verb];
  const rows = entries.filter((it) => it.usedBy.includes(verb)).map((it) => [callOf(it), it.description] as const);
  const all = [...rows, ["-h, --help", "Shows this."] as const];
  return `Usage: signalman ${verb} [FLAGS] ${operands}`.trimEnd() + `\n\n${wrap(does, 0)}\n\n${all.map(row).join("")}`;
}

/** `--port NUMBER, PORT`. */
export function callOf({ flag, variable, placeholder }: Setting): string {
  const flagText = flag === null ? "" : `--${flag}${placeholder === null ? "" : ` ${placeholder}`}`;
  return [flagText, variable ?? ""].filter((it) => it !== "").join(", ");
}

function row([call, description]: readonly [string, string]): string {
  return `  ${call}\n${wrap(description, 6)}\n`;
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width - indent) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((it) => " ".repeat(indent) + it).join("\n");
}

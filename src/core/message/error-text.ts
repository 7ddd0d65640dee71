import { limits } from "../limits.ts";
import { cut } from "../template/cut.ts";
import { oneLine, printable } from "../template/one-line.ts";

/** Go wraps errors as `what was done: cause: cause`. These say what was done, in words that tell a user of Fleet nothing. */
const wrappers = [
  /^error while running post render on files$/,
  /^failed to process bundle$/,
  /^error converting YAML to JSON$/,
  /^server-side apply failed for object .+$/,
  /^cannot (patch|create|update|delete) ".*" with kind \S+$/,
  /^(unable|failed) to (build|create|update|install|upgrade|deploy|perform|apply|process|get|parse) .+$/,
  /^(error|failed) (validating|parsing|reading|creating|updating|while|during) .+$/,
  /^error$/i,
  /^not installed$/,
  /^(INSTALLATION|UPGRADE|ROLLBACK) FAILED$/,
  /^error validating (""|data)$/,
  /^rpc error$/,
];

/** `State(n) [Cluster ns/name: message]` and `State(n) [Bundle name: message]`, as Fleet sums up what is not ready. */
const aggregate =
  /^(ErrApplied|NotReady|Modified|OutOfSync|Pending|WaitApplied|Missing|Orphaned)\(\d+\) \[(?:Cluster|Bundle) [^\s:\]]+(?:: (.*))?\]$/s;

/**
 * What a person needs to know of one of Fleet's error messages, in one line: without the wrapping, the advice and the dumps of objects, and
 * in the words of the cause. Untrusted text in, one printable line out; "" where nothing is said.
 *
 * The messages are those of real Fleets (test/recordings); what is not recognised stays as it is.
 */
export function errorLine(message: string): string {
  const own = aggregated(lastLogLine(message.slice(0, 2 * limits.conditionMessageMax)));
  return rephrase(unwrap(oneLine(withoutAdvice(own))));
}

/** The whole message for a fenced block: line ends kept, at most `max` code points, and no dump of a live object (it may be a Secret's). */
export function errorBlock(message: string, max: number = limits.conditionMessageMax): string {
  return cut(withoutDump(printable(message.slice(0, 4 * max))).trim(), max);
}

/** A message as it is kept where there is no room for all of it: whole where it fits, its essence where not; at most `max` code points. */
export function shortenError(message: string, max: number): string {
  return message.length <= max ? message : cut(errorLine(message), max);
}

/** Of Fleet's list of states the entry that carries an error, or failing that what a resource says of itself. */
function aggregated(message: string): string {
  const entries = splitEntries(message);
  const parsed = entries.map((entry) => aggregate.exec(entry));
  if (!parsed.some((it) => it !== null)) return message;
  const withError = parsed.find((it) => it?.[2] !== undefined)?.[2];
  const aboutResource = entries.find((_, index) => parsed[index] === null);
  return withError ?? aboutResource ?? message;
}

/** Splits at `; `, but not inside of brackets: messages in them have semicolons of their own. */
function splitEntries(message: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < message.length; index += 1) {
    const character = message[index];
    if (character === "[") depth += 1;
    if (character === "]") depth -= 1;
    if (depth > 0 || character !== ";" || message[index + 1] !== " ") continue;
    entries.push(message.slice(start, index));
    start = index + 2;
  }
  entries.push(message.slice(start));
  return entries;
}

/** Of a Job's log (`time="…" level=fatal msg="…"`) the text of the last line, which ended it. */
function lastLogLine(message: string): string {
  const texts = [...message.matchAll(/\blevel=(?:fatal|error) msg=("(?:[^"\\]|\\.)*"|\S+)/g)];
  const text = texts.at(-1)?.[1];
  if (text === undefined) return message;
  return text.startsWith('"')
    ? text
        .slice(1, -1)
        .replaceAll(/\\(["\\])/g, "$1")
        .replaceAll(String.raw`\n`, "\n")
    : text;
}

/** kubectl's libraries add advice in a line of its own. */
function withoutAdvice(message: string): string {
  return message.replaceAll(/\n(ensure CRDs are installed first|if you choose to ignore these errors.*)/g, "");
}

/** Fleet shows how a live resource differs as a JSON patch: long, and with a Secret's values where it is one. */
function withoutDump(message: string): string {
  return message.replaceAll(/ modified \{[^\n]*?\}(?=;|$|\n|\])/g, " modified");
}

/** Drops the wrappers at the front, as long as something is left that tells more. */
function unwrap(line: string): string {
  let rest = line;
  for (;;) {
    const end = rest.indexOf(": ");
    if (end < 0) return rest;
    const first = rest.slice(0, end);
    if (!wrappers.some((wrapper) => wrapper.test(first))) return rest;
    rest = rest.slice(end + 2);
  }
}

/** Turns the best known sentences into shorter ones; each rule has a recording or a source beside its test. */
function rephrase(line: string): string {
  return withoutDump(line)
    .replace(/^reading (\S+): (?:error converting YAML to JSON: )?(?:yaml: )?/, "invalid $1: ")
    .replace(/^resource mapping not found for name: "[^"]*" namespace: "[^"]*" from "[^"]*": /, "")
    .replace(/^((?:\w+\.)*\w+ "[^"]*") is invalid: \[?/, "$1: ")
    .replace(/: (?:Forbidden|Required value|Unsupported value|Duplicate value): /, ": ")
    .replace(/: Invalid value: (?:.{0,2000}: )?(?=field is immutable)/, ": ")
    .replace(/: Invalid value: "([^"]*)": /, ': "$1": ')
    .replace(/^Get "([^"?]*)[^"]*": dial tcp \S+: /, "$1: ")
    .replace(/^(\S+ \S+) \[(?:progressing|failed|error)\] /, "$1: ")
    .trim();
}

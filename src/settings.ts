import { parseArgs, type ParseArgsOptionDescriptor } from "node:util";
import { nearest } from "./core/template/suggest.ts";
import type { Setting, Verb } from "./setting.ts";
import type { SettingProblem } from "./setting-problem.ts";
import { type SettingName, type Settings, settingsTable } from "./settings-table.ts";
import { refusals } from "./settings-refusals.ts";

export type { Settings };

export type ReadSettings =
  | { readonly kind: "settings"; readonly settings: Settings; readonly operands: readonly string[] }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly problems: readonly SettingProblem[] };

interface Source {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An entry of the table without the types of its values. */
const entries = Object.entries(settingsTable) as readonly (readonly [SettingName, Setting])[];

/**
 * Reads the settings of a verb from its arguments and the environment. Variables that no setting of the verb has are not looked at; an empty
 * variable counts as unset. Flags win over variables. Operands (files, names) are returned as they are, `-` and what follows `--` included.
 */
export function readSettings(verb: Verb, { args, env }: Source): ReadSettings {
  const { flags, operands, wantsHelp, problems } = readFlags(verb, args);
  if (wantsHelp) return { kind: "help" };
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of entries) {
    const isUsed = setting.usedBy.includes(verb);
    const read = isUsed ? readSetting(setting, { given: flags[setting.flag ?? ""], env }) : { value: setting.fallback };
    if ("problem" in read) problems.push(read.problem);
    else settings[name] = read.value;
  }
  if (problems.length === 0) problems.push(...refusals(verb, settings as Settings));
  if (problems.length > 0) return { kind: "refused", problems };
  return { kind: "settings", settings: settings as Settings, operands };
}

type Given = string | boolean | readonly (string | boolean)[] | undefined;

interface ReadFlags {
  readonly flags: Readonly<Record<string, Given>>;
  readonly operands: readonly string[];
  readonly wantsHelp: boolean;
  readonly problems: SettingProblem[];
}

function readFlags(verb: Verb, args: readonly string[]): ReadFlags {
  const options: Record<string, ParseArgsOptionDescriptor> = { help: { type: "boolean", short: "h" } };
  for (const [, { flag, parse, isList = false, usedBy }] of entries) {
    if (flag !== null && usedBy.includes(verb)) options[flag] = { type: parse === null ? "boolean" : "string", multiple: isList };
  }
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const problems: SettingProblem[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) problems.push(unknownFlag(token.rawName, { verb, known: Object.keys(options) }));
    else if (option.type === "string" && token.value === undefined) {
      problems.push({ code: "InvalidSetting", message: `${token.rawName} needs a value. Write ${token.rawName}=VALUE.` });
    } else if (option.type === "boolean" && token.value !== undefined) {
      problems.push({ code: "InvalidSetting", message: `${token.rawName} takes no value. Write ${token.rawName} alone.` });
    }
  }
  return { flags: values, operands: positionals, wantsHelp: values["help"] === true, problems };
}

function unknownFlag(rawName: string, { verb, known }: { verb: Verb; known: readonly string[] }): SettingProblem {
  const meant = nearest(rawName.replace(/^-+/, ""), known);
  const remedy = meant === null ? `See "signalman ${verb} --help".` : `Did you mean --${meant}?`;
  return { code: "UnknownFlag", message: `there is no flag ${rawName}. ${remedy}` };
}

function readSetting(
  setting: Setting,
  { given, env }: { given: Given; env: Source["env"] },
): { readonly value: unknown } | { readonly problem: SettingProblem } {
  const { flag, variable, parse, isList = false, isSecret = false, fallback } = setting;
  if (parse === null) return { value: given === true ? fallback !== true : fallback };
  const fromVariable = variable === null ? undefined : env[variable] || env[setting.otherVariable ?? ""];
  const texts = given === undefined ? (fromVariable ? [fromVariable] : []) : Array.isArray(given) ? given : [given];
  const source = given === undefined ? variable : `--${flag}`;
  try {
    const values = texts.filter((it) => typeof it === "string").map((text) => readValue(text, { parse, source, isSecret }));
    return { value: isList ? values : (values.at(-1) ?? fallback) };
  } catch (error) {
    return { problem: { code: "InvalidSetting", message: (error as Error).message } };
  }
}

function readValue(
  text: string,
  { parse, source, isSecret }: { parse: (text: string) => unknown; source: string | null; isSecret: boolean },
): unknown {
  if (text === "") throw new Error(`${source} is empty. Give it a value, or leave it out.`);
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${source} ${isSecret ? "" : `${JSON.stringify(text.slice(0, 100))} `}${(error as Error).message}`, {
      cause: error,
    });
  }
}

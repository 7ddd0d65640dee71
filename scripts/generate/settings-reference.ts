import { verbTexts } from "../../src/settings-help.ts";
import { type Setting, verbs } from "../../src/setting.ts";
import { settingsTable } from "../../src/settings-table.ts";
import { tableRow } from "./table-row.ts";

const settings: readonly Setting[] = Object.values(settingsTable);

/** docs/reference/settings.md */
export function settingsReference(): string {
  const sections = verbs.map((verb) => {
    const rows = settings.filter((it) => it.usedBy.includes(verb)).map(rowOf);
    const { operands, does } = verbTexts[verb];
    const call = `signalman ${verb} [FLAGS] ${operands}`.trim();
    const table = rows.length === 0 ? [] : ["", "| flag | variable | |", "|---|---|---|", ...rows];
    return [`## ${verb}`, "", `\`${call}\``, "", does, ...table].join("\n");
  });
  return `${introduction}\n${sections.join("\n\n")}\n`;
}

const introduction = `<!-- Made by \`npm run generate\` from src/settings-table.ts. Do not edit. -->
# Verbs and settings

Each verb has its flags (\`--flag VALUE\` or \`--flag=VALUE\`) and environment variables. A flag wins over a variable; an empty variable
counts as unset. What is secret is set by variable alone, since a process's flags are seen by everybody on the machine. \`--help\` after a
verb prints the same. A verb that is called wrongly, or refuses to start, prints why on standard error and exits with 2.
`;

function rowOf({ flag, variable, placeholder, description }: Setting): string {
  const flagText = flag === null ? "" : `\`--${flag}${placeholder === null ? "" : ` ${placeholder}`}\``;
  return tableRow([flagText, variable === null ? "" : `\`${variable}\``, description]);
}

import type { SettingName } from "../../src/settings-table.ts";
import { settingsTable } from "../../src/settings-table.ts";
import type { Settings } from "../../src/settings.ts";

/** Settings as they are where nobody sets anything, but for `fields`. */
export function sampleSettings(fields: Partial<Settings> = {}): Settings {
  const names = Object.keys(settingsTable) as SettingName[];
  const fallbacks = Object.fromEntries(names.map((name) => [name, settingsTable[name].fallback]));
  return { ...fallbacks, ...fields } as Settings;
}

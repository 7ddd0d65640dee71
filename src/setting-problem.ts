/** Why a command may refuse to start. Stable; docs/troubleshooting.md explains exactly these. */
export const settingProblemCodes = [
  "InvalidSetting",
  "MissingSetting",
  "SettingConflict",
  "UnknownFlag",
  "UnsafeRuntime",
  "WrongArguments",
] as const;

/** Why a command does not start: what was found, what is allowed and the remedy. */
export interface SettingProblem {
  readonly code: (typeof settingProblemCodes)[number];
  readonly message: string;
}

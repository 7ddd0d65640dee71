export const verbs = ["run", "demo", "check", "render", "send", "explain", "record", "replay", "setup"] as const;
export type Verb = (typeof verbs)[number];

/** One thing that a person can set when a command is started: by flag, by environment variable, or by both (the flag wins). */
export interface Setting {
  /** Without its dashes; null where only a variable sets it (what is secret is never a flag: `ps` shows those). */
  readonly flag: string | null;
  readonly variable: string | null;
  /** Another name of the variable, read where that one is unset: what others have always called it. */
  readonly otherVariable?: string;
  /** What stands for the value in `--help`; null for a switch. */
  readonly placeholder: string | null;
  /** Reads the text of a value; throws an Error that says what is allowed. null for a switch. */
  readonly parse: ((text: string) => unknown) | null;
  /** True where the flag may be given several times, or the variable holds several, separated by commas. */
  readonly isList?: boolean;
  readonly fallback: unknown;
  readonly isSecret?: boolean;
  readonly usedBy: readonly Verb[];
  readonly description: string;
}

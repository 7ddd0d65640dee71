/** Where in a JSON text something is about to be written: inside of a string or not, and whether a backslash stands before it. */
export interface JsonPosition {
  readonly isInString: boolean;
  readonly isEscaped: boolean;
}

export const jsonStart: JsonPosition = { isInString: false, isEscaped: false };

/** The position after a piece of the text. */
export function afterJson(position: JsonPosition, text: string): JsonPosition {
  let { isInString, isEscaped } = position;
  for (const character of text) {
    if (isEscaped) isEscaped = false;
    else if (isInString && character === "\\") isEscaped = true;
    else if (character === '"') isInString = !isInString;
  }
  return { isInString, isEscaped };
}

export function isSameJsonPosition(a: JsonPosition, b: JsonPosition): boolean {
  return a.isInString === b.isInString && a.isEscaped === b.isEscaped;
}

/**
 * Why a value may not stand where it does in a JSON text; null where it may. Text outside of quotes would be a value of its author's making;
 * `{{json x}}` inside of quotes would end them.
 */
export function jsonRefusal(position: JsonPosition, value: "text" | "json" | "number"): string | null {
  if (position.isEscaped) return "A backslash stands before this {{. Remove it.";
  if (position.isInString)
    return value === "json" ? "json writes quotes of its own: use it without quotes around it, or leave json out." : null;
  return value === "text" ? 'Text in JSON needs quotes: write "{{x}}" or {{json x}}.' : null;
}

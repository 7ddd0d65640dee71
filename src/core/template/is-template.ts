/** True where a text has something of a template in it; one that has nothing is what was written, and is not rendered. */
export function isTemplate(text: string): boolean {
  return text.includes("{{");
}

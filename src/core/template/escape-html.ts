const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
  "`": "&#x60;",
  "=": "&#x3D;",
};

/** Text for HTML and XML, in elements and quoted attributes; the same set as Handlebars' own. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"'`=]/g, (character) => entities[character] ?? character);
}

export type Child = Node | string | null;

/** Makes an element. Attributes are set as such; null leaves one out. Text stays text: nothing here takes HTML. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | null>>,
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const drawn = new WeakMap<Element, string>();

/**
 * Draws a part of the page anew where what it shows has changed, and leaves it alone otherwise: what somebody selects, focuses or unfolds there
 * stays as it is. Focus and unfolded details come back after a change, by their `data-key`.
 */
export function draw<T>(id: string, shown: T, make: (shown: T) => readonly Child[]): void {
  const place = document.getElementById(id);
  const text = JSON.stringify(shown);
  if (place === null || drawn.get(place) === text) return;
  drawn.set(place, text);
  const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
  const open = new Set([...place.querySelectorAll("details[open]")].map((it) => it.getAttribute("data-key")));
  place.replaceChildren(...make(shown).filter((child) => child !== null));
  for (const it of place.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = it.getAttribute("data-key");
    if (it.tagName === "DETAILS" && open.has(key)) it.setAttribute("open", "");
    if (key === focused) it.focus({ preventScroll: true });
  }
}

/** Time since the demo began: "12.3 s", from 100 s on "1:40". */
export function time(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** A commit's name as people write it. */
export function sha(commit: string): HTMLElement {
  return element("code", { class: "sha", title: commit }, commit === "" ? "–" : commit.slice(0, 7));
}

const marks: Readonly<Record<string, string>> = { success: "✓", pending: "●", failure: "✕", error: "✕" };

/** A status' mark, with its name for those who do not see colours. */
export function mark(state: string): HTMLElement {
  return element("span", { class: `mark ${state}`, role: "img", "aria-label": state }, marks[state] ?? "–");
}

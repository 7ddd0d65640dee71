import type { DemoView } from "../demo-view.ts";

/** Makes the buttons act. What cannot be done now is said in words under them. */
export function connectControls(): void {
  for (const button of buttons()) button.addEventListener("click", () => void press(button));
}

/** The buttons' names and switches, as the world is now. They stay the same elements: focus stays where it is. */
export function updateControls({ world, clusters, fleet }: DemoView): void {
  const switches: Record<string, boolean> = { gitHub: world.isGitHubUp, receiver: world.isReceiverUp };
  for (const { name, isOnline } of clusters) switches[`cluster-${name}`] = isOnline;
  const names: Record<string, string> = {
    breakOrMend: world.isBroken ? "Mend the bundle" : "Break a bundle",
    rollBack: fleet.pinnedTo === "" ? "Roll back" : "Follow main again",
    crash: world.pid === 0 ? "Signalman is down" : "Crash Signalman",
  };
  for (const button of buttons()) {
    const act = button.dataset["act"] ?? "";
    const isOn = switches[act];
    if (isOn !== undefined) button.setAttribute("aria-checked", String(isOn));
    const name = names[act];
    if (name !== undefined && button.textContent !== name) button.textContent = name;
  }
}

function buttons(): readonly HTMLButtonElement[] {
  return [...document.querySelectorAll<HTMLButtonElement>("button[data-act]")];
}

async function press(button: HTMLButtonElement): Promise<void> {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`/acts/${button.dataset["act"]}`, { method: "POST", signal: AbortSignal.timeout(30_000) });
    say(await response.text());
  } catch {
    say("The demo does not answer. Is it still running?");
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function say(text: string): void {
  const place = document.getElementById("answer");
  if (place !== null) place.textContent = text;
}

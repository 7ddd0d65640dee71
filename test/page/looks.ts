import type { Page } from "playwright-core";

/**
 * In the browser: texts whose colour stands out from what is behind them by less than WCAG 2.2's 4.5 : 1 (3 : 1 where they are large). Colours
 * are read back through a canvas, whatever notation they are written in.
 */
export function findPoorContrast(): string[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (canvas === null) return ["no canvas"];
  const rgba = (colour: string): number[] => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.map((it) => {
      const share = it / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element: Element): number[] => {
    for (let it: Element | null = element; it !== null; it = it.parentElement) {
      const colour = rgba(getComputedStyle(it).backgroundColor);
      if ((colour[3] ?? 0) > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes]
      .map((it) => (it.nodeType === Node.TEXT_NODE ? (it.textContent ?? "").trim() : ""))
      .join("");
    const { color, fontSize } = getComputedStyle(element);
    if (text === "" || element.getClientRects().length === 0) continue;
    const [one, other] = [luminance(rgba(color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < (Number.parseFloat(fontSize) >= 24 ? 3 : 4.5)) poor.push(`${element.className} "${text}": ${ratio.toFixed(1)}`);
  }
  return poor;
}

/** In the browser: what can be operated or is a picture, and has no name. */
export function findUnnamed(): string[] {
  const all = [...document.querySelectorAll("button, a, summary, [role], [tabindex='0'], section")];
  return all
    .filter((it) => it.getAttribute("role") !== "status")
    .filter((it) => {
      const labelled = document.getElementById(it.getAttribute("aria-labelledby") ?? "")?.textContent;
      return ((it.getAttribute("aria-label") ?? labelled ?? it.textContent) || "").trim() === "";
    })
    .map((it) => it.outerHTML.slice(0, 120));
}

/** Presses Tab so often from the page's beginning on; returns where the focus was each time, and how that was shown. */
export async function tabThrough(page: Page, count: number): Promise<readonly { name: string; outline: string }[]> {
  await page.reload();
  await page.locator("#git li").first().waitFor();
  const stops: { name: string; outline: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate(() => {
        const focused = document.activeElement ?? document.body;
        return { name: (focused.textContent ?? "").trim(), outline: getComputedStyle(focused).outlineStyle };
      }),
    );
  }
  return stops;
}

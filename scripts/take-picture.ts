/**
 * Takes the README's picture anew: `node scripts/take-picture.ts`. Plays the demo's story to its end (some 45 s), merges one more pull
 * request and photographs the first screen of the page. Needs Chromium (`CHROMIUM`, else /usr/bin/chromium) and a font with emoji.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startChromium } from "../test/page/chromium.ts";

const root = join(import.meta.dirname, "..");
const path = join(root, "docs/pictures/demo.png");
const demo = spawn(join(root, "bin/signalman"), ["demo", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
const ended = once(demo, "exit");
try {
  let url = "";
  for await (const line of createInterface({ input: demo.stdout })) {
    url ||= /^Page +(\S+)/.exec(line)?.[1] ?? "";
    if (line.startsWith("Not as promised")) throw new Error("The story did not keep its promises: no picture of that.");
    if (line.startsWith("The story came to its end")) break;
  }
  const browser = await startChromium({ colorScheme: "light", viewport: { width: 1_280, height: 1_000 } });
  const page = await browser.context.newPage();
  await page.goto(url);
  await page.locator("#explain", { hasText: "deployed" }).waitFor({ timeout: 10_000 });
  await page.getByRole("button", { name: "Merge a pull request" }).click();
  await page.locator("#pull .comment table", { hasText: "Deployed" }).waitFor({ timeout: 20_000 });
  await page.locator("#webhooks li:first-child", { hasText: "deployed to 3/3 clusters" }).waitFor({ timeout: 20_000 });
  await page.locator("#explain", { hasText: "deployed; clusters: 3/3 ready" }).waitFor({ timeout: 20_000 });
  await page.locator("#pull-title").hover();
  await page.screenshot({ path });
  await browser.close();
  console.log(path);
} finally {
  demo.kill("SIGTERM");
  await ended;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

/** A headless Chromium that needs no sandbox and talks to nobody by itself. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Looks {
  readonly colorScheme: "light" | "dark";
  /** CSS pixels. */
  readonly viewport: { readonly width: number; readonly height: number };
}

/** Starts Chromium (`CHROMIUM`, else Debian's) with a new profile; `close` ends it and removes the profile. */
export async function startChromium({
  colorScheme,
  viewport,
}: Looks): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), "signalman-chromium-"));
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: flags, colorScheme, viewport });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

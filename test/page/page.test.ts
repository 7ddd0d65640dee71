import type { Locator, Page } from "playwright-core";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoNames } from "../../simulator/demo-world.ts";
import { statusContext } from "../../simulator/story/expectation.ts";
import { type Stage, startStage } from "../../src/commands/demo/start-stage.ts";
import { startChromium } from "./chromium.ts";
import { findPoorContrast, findUnnamed, tabThrough } from "./looks.ts";

/** Everything that the browser complained about: no test may leave anything here. */
const complaints: string[] = [];
const stop = new AbortController();
const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
let stage: Stage;
let browser: Awaited<ReturnType<typeof startChromium>>;
let page: Page;

beforeAll(async () => {
  stage = await startStage({ port: 0, logLevel: "info", stderr: silent, signal: stop.signal });
  const { gitRepo: name, repo } = demoNames;
  stage.world.act((fleet) => fleet.addGitRepo({ name, repo, pollingIntervalMs: 1_000 }));
  browser = await startChromium({ colorScheme: "light", viewport: { width: 1_280, height: 900 } });
  page = await browser.context.newPage();
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(stage.page?.url ?? "");
  await shows("#git", "Deployed to 3/3 clusters");
});
afterAll(async () => {
  await browser.close();
  stop.abort();
  await stage.close();
  expect(complaints).toEqual([]);
});

/** The page shows this text there, soon. */
async function shows(place: string, text: string | RegExp): Promise<void> {
  const found = page.locator(place).filter({ hasText: text }).first();
  await found.waitFor({ timeout: 20_000 }).catch(async () => {
    throw new Error(
      `${place} does not show ${String(text)}, but:\n${(await page.locator(place).allInnerTexts()).join("\n--\n")}`,
    );
  });
}

async function press(name: string): Promise<void> {
  await acted(page.getByRole("button", { name, exact: true }));
}

async function flip(name: string): Promise<void> {
  await acted(page.getByRole("switch", { name }));
}

/** Clicks, and waits until the page has heard that it is done. */
async function acted(button: Locator): Promise<void> {
  await Promise.all([page.waitForResponse(/\/acts\//), button.click()]);
}

function head(): string {
  return stage.world.repository.git.head("main") ?? "";
}

/** What GitHub shows on the branch's head. */
function status(sha = head()): string {
  const said = stage.world.gitHub.latestStatuses(demoNames.repository, sha).get(statusContext);
  return `${said?.state}: ${said?.description}`;
}

/** GitHub and the page say of the branch's head that every cluster has it. */
async function headIsDeployed(): Promise<void> {
  await shows("#git li.head", new RegExp(`${head().slice(0, 7)} (Deployed to|No changes;) 3/3 clusters`));
  expect(stage.world.clustersWith(head())).toBe(3);
  expect(status()).toMatch(/^success: /);
}

describe("the page of demo, in a browser", { timeout: 60_000 }, () => {
  test("shows what Signalman waits for, as signalman explain prints it", async () => {
    await shows("#explain", /deployed; clusters: 3\/3 ready/);
  });

  test("`Merge a pull request` makes a commit that comes to every cluster, and the pull request tells of it", async () => {
    await press("Merge a pull request");
    await headIsDeployed();
    await shows("#pull", "Set the price of tea to 11");
    await shows("#pull .comment table", "✅ Deployed");
    await shows("#pull .checks", "All checks have passed");
    await shows("#check summary", "Deployed to 3/3 clusters");
    await shows("#deployments", "the three clusters");
    await shows("#deployments li:first-child", "Deployed to 3/3 clusters");
    await shows("#clusters", "Set the price of tea to 11 (#1)");
    expect(stage.world.clustersWith(head())).toBe(3);
    expect(status()).toBe("success: Deployed to 3/3 clusters");
    expect(stage.takenOver.aborted).toBe(true);
  });

  test("beside every word of a naive reader stands how many clusters ran it, and Signalman's word", async () => {
    await shows("#words td.wrong", /deployed: wrong.*ran on 0 of 3/);
    await shows("#true", "0 of 2 wrong");
    expect(await page.locator("#words td.wrong[data-label=Signalman]").count()).toBe(0);
  });

  test("`Break a bundle` fails everywhere and says so; the same button mends it", async () => {
    await press("Break a bundle");
    await shows("#git li.head", /failed/);
    expect(status()).toMatch(/^failure: [1-3]\/3 clusters failed: .*no matches for kind/);
    await press("Mend the bundle");
    await headIsDeployed();
  });

  test("`Roll back` pins the GitRepo to an older commit; `Follow main again` takes the pin away", async () => {
    await press("Merge a pull request");
    await headIsDeployed();
    await press("Roll back");
    await shows("#clusters", "pinned to");
    await shows("#webhooks", "GitRepoRolledBack");
    expect(status()).toMatch(/^failure: Rolled back to/);
    await press("Follow main again");
    await headIsDeployed();
  });

  test("`Force-push` takes the last commit off the branch, and the new one is deployed", async () => {
    const before = head();
    await press("Force-push");
    await shows("#git .gone", before.slice(0, 7));
    expect(head()).not.toBe(before);
    await headIsDeployed();
  });

  test("a cluster goes offline and comes back: a commit waits for it, and the explanation names it", async () => {
    await flip("tokyo");
    await shows("#clusters .offline", "tokyo");
    await press("Merge a pull request");
    await shows("#explain", /tokyo/);
    await expect.poll(() => stage.world.clustersWith(head()), { timeout: 10_000 }).toBe(2);
    expect(status()).not.toMatch(/^success/);
    await flip("tokyo");
    await headIsDeployed();
  });

  test("two pull requests, quickly: the older commit is held back and told with the newer one", async () => {
    await press("Merge a pull request");
    const older = head();
    await expect.poll(() => status(older), { timeout: 10_000 }).toMatch(/^pending/);
    await press("Merge a pull request");
    await shows("#order", /1 older commit held back/);
    await expect.poll(() => status(older), { timeout: 20_000 }).toMatch(/^success: Deployed with/);
  });

  test("GitHub goes offline: nobody can push, and the page says so; back, everything goes on", async () => {
    await flip("GitHub");
    await expect.poll(() => stage.world.gitHub.outage).toBe("refused");
    const before = head();
    await press("Merge a pull request");
    await shows("#answer", "GitHub is offline: nobody can push.");
    expect(head()).toBe(before);
    await flip("GitHub");
    await expect.poll(() => stage.world.gitHub.outage).toBe("up");
  });

  test("a message that the receiver turned away survives `Crash Signalman`, a kill -9, and arrives once", async () => {
    await flip("receiver");
    await shows("[data-act=receiver][aria-checked=false]", "receiver");
    await press("Merge a pull request");
    await shows("#webhooks li:first-child .answer-code.refused", "503");
    const { pid } = stage.product;
    await press("Crash Signalman");
    await expect.poll(() => stage.product.crashes.at(-1)?.upMs ?? null, { timeout: 15_000 }).not.toBeNull();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    expect(stage.product.pid).not.toBe(pid);
    await flip("receiver");
    await shows("#lost", new RegExp(`Process ${pid} killed.*Came at`));
    const ids = stage.world.receiver.accepted().map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("the page of demo, for everybody", () => {
  test.each([
    { colorScheme: "light", width: 1_280 },
    { colorScheme: "dark", width: 1_280 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ] as const)("$colorScheme, $width px wide: every text can be read, and nothing sticks out", async ({ colorScheme, width }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(findPoorContrast)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(
      await page
        .locator("button")
        .first()
        .evaluate((it) => getComputedStyle(it).transitionDuration),
    ).toBe("0s");
  });

  test("a text that is too pale, a button without name and a wide thing would be found", async () => {
    await page.evaluate(() => {
      const [note] = document.querySelectorAll<HTMLElement>("#lost .note");
      const [button] = document.querySelectorAll<HTMLElement>("[data-act=merge]");
      if (note === undefined || button === undefined) throw new Error("the page is not as this test knows it");
      note.style.color = getComputedStyle(document.body).backgroundColor;
      button.textContent = "";
      button.style.width = "2000px";
    });
    expect(await page.evaluate(findPoorContrast)).toHaveLength(1);
    expect(await page.evaluate(findUnnamed)).toHaveLength(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeGreaterThan(360);
    await page.reload();
    await shows("#git", "3/3 clusters");
  });

  test("everything that can be operated has a name, one h1, and headings without gaps", async () => {
    expect(await page.evaluate(findUnnamed)).toEqual([]);
    const levels = await page.locator("h1, h2, h3").evaluateAll((all) => all.map((it) => Number(it.tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  });

  test("the keyboard reaches every button in the order of the page, and shows where it is", async () => {
    await page.setViewportSize({ width: 1_280, height: 900 });
    const stops = await tabThrough(page, 11);
    expect(stops.map(({ name }) => name)).toEqual([
      "To the buttons",
      "Merge a pull request",
      "Break a bundle",
      "Roll back",
      "Force-push",
      "berlin",
      "lisbon",
      "tokyo",
      "GitHub",
      "receiver",
      "Crash Signalman",
    ]);
    expect(stops.filter(({ outline }) => outline !== "solid")).toEqual([]);
  });

  test("nothing is loaded from elsewhere", async () => {
    const { origin } = new URL(stage.page?.url ?? "");
    const asked = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });
});

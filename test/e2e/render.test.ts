import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { namespace, SimulatedStage } from "./simulated-stage.ts";
import { until } from "./until.ts";

const program = resolve(import.meta.dirname, "../../bin/signalman");

interface Shown {
  readonly destination: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

let stage: SimulatedStage;
let folder: string;
let sha: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalman-render-"));
  stage = await SimulatedStage.start();
  await stage.product.ready();
  await writeFile(join(folder, "shop.yaml"), stringify(notification()));
  stage.notify("shop", notification().spec);
  sha = await stage.commit("shop");
  stage.pullRequest("shop", { number: 7, sha });
  stage.addGitRepo("shop");
  await until("the commit is told of", () => stage.hooks("shop").length > 0 && stage.status("shop", sha).startsWith("success"));
});
afterAll(async () => {
  expect(await stage?.stop()).toBe(0);
  await rm(folder, { recursive: true, force: true });
});

function notification() {
  const body = '{"text": {{json summary}}, "from": {{json target.name}}, "pr": {{json pullRequests}}}';
  const spec = {
    gitRepos: { names: ["shop"] },
    timing: { settle: "100ms" },
    destinations: [
      { name: "status", github: { commitStatus: {} } },
      { name: "pr", github: { pullRequestComment: {} } },
      stage.webhook("shop", { format: "template", body, headers: { "X-Commit": "{{short commit}}" } }),
    ],
  };
  return { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name: "shop", namespace }, spec };
}

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As a person calls it, from a terminal that reaches the cluster. */
async function signalman(...args: readonly string[]): Promise<Ran> {
  const { promise, resolve: ended } = Promise.withResolvers<Ran>();
  const env = { PATH: process.env["PATH"] ?? "", ...stage.environment };
  execFile(program, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
    ended({ code: error === null ? 0 : Number(error.code), stdout, stderr });
  });
  return await promise;
}

describe("render --gitrepo", () => {
  test("shows what run sent of a GitRepo, to the byte", async () => {
    const { code, stdout, stderr } = await signalman(
      "render",
      join(folder, "shop.yaml"),
      "--event=GitRepoReady",
      `--gitrepo=${namespace}/shop`,
      "--output=json",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const shown = stdout
      .trimEnd()
      .split("\n")
      .map((it) => JSON.parse(it) as Shown);

    const [hook] = shown.filter((it) => it.destination === "hook").map((it) => it.request);
    const [sent] = stage.hooks("shop").slice(-1);
    expect(hook?.body).toBe(sent?.body);
    expect(`${hook?.method} ${hook?.url}`).toBe(`${sent?.method} ${stage.receiverUrl}${sent?.path}`);
    expect(placed(hook?.headers)).toEqual(placed(sent?.headers));

    const writes = stage.github.requests
      .filter(({ method, path }) => method === "POST" && /\/(statuses|comments)/.test(path))
      .map(({ method, path, body }) => ({ method, path, body: JSON.stringify(body) }));
    const onGitHub = shown.filter((it) => it.destination !== "hook").map((it) => it.request);
    expect(onGitHub.length).toBe(3);
    for (const { method, url, body } of onGitHub) {
      expect(writes).toContainEqual({ method, path: new URL(url).pathname, body });
    }
  });

  test("an event that is not true of it is not made up", async () => {
    const { code, stdout, stderr } = await signalman(
      "render",
      join(folder, "shop.yaml"),
      "--event=GitRepoFailed",
      "--destination=hook",
      `--gitrepo=${namespace}/shop`,
    );
    expect({ code, stdout, stderr }).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "signalman render: Notification fleet-default/shop, destination "hook" sends nothing: fleet-default/shop is deployed, so GitRepoFailed is not true of it
      ",
        "stdout": "",
      }
    `);
  });

  test("a GitRepo that is muted", async () => {
    const annotate = (value: string | null) => {
      stage.patch(kinds.gitRepo, "shop", { metadata: { annotations: { "signalman.dev/suspend": value } } });
    };
    annotate("true");
    const muted = await signalman(
      "render",
      join(folder, "shop.yaml"),
      "--event=GitRepoReady",
      `--gitrepo=${namespace}/shop`,
      "--destination=hook",
    );
    annotate(null);
    expect(muted).toMatchObject({ code: 0, stdout: "" });
    expect(muted.stderr).toContain("sends nothing: the annotation signalman.dev/suspend of fleet-default/shop mutes it");
  });

  test("a GitRepo that is not there", async () => {
    const missing = await signalman("render", join(folder, "shop.yaml"), "--event=GitRepoReady", "--gitrepo=fleet-default/shpo");
    expect(missing).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "signalman render: there is no GitRepo fleet-default/shpo. Did you mean fleet-default/shop? [GitRepoMissing]
      ",
        "stdout": "",
      }
    `);
  });
});

/** But for what names one attempt at one message. */
function placed(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const own = new Set(["webhook-id", "webhook-timestamp", "signalman-sequence", "host", "connection", "content-length"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.has(name)));
}

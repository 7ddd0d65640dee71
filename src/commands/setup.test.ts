import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GitHubUnderTest, gitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import { type KubernetesApi, startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import { followManifest, pageAt, startForm } from "../../test/samples/browser.ts";
import { setup } from "./setup.ts";

let github: GitHubUnderTest;
let objects: KubernetesObjects;
let kubernetes: KubernetesApi;
let folder: string;
beforeEach(async () => {
  github = await gitHubUnderTest();
  objects = new KubernetesObjects({ nowMs: 0 });
  objects.create(kinds.namespace, { metadata: { name: "signalman" } }, { nowMs: 0 });
  kubernetes = await startKubernetesApi(objects, { now: () => 0 });
  folder = await mkdtemp(join(tmpdir(), "signalman-setup-"));
  await writeFile(join(folder, "kubeconfig"), kubernetes.kubeconfig);
});
afterEach(async () => {
  await kubernetes.close();
  await github.close();
  await rm(folder, { recursive: true, force: true });
  expect(github.world.violations).toEqual([]);
});

/** What a running `setup` has printed; tells when it names its page. */
class Terminal extends Writable {
  text = "";
  readonly #page = Promise.withResolvers<string>();

  override _write(chunk: unknown, _: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    const [, url] = /^Open (\S+)/m.exec(this.text) ?? [];
    if (url !== undefined) this.#page.resolve(url);
    done();
  }

  get page(): Promise<string> {
    return this.#page.promise;
  }
}

interface Running {
  readonly terminal: Terminal;
  readonly exitCode: Promise<number>;
  readonly stop: AbortController;
}

function started(...flags: readonly string[]): Running {
  const [terminal, stop] = [new Terminal(), new AbortController()];
  const args = ["--port=0", `--kubeconfig=${join(folder, "kubeconfig")}`, ...flags];
  const env = { GITHUB_API_URL: github.url };
  const exitCode = setup({ args, env, stdin: Readable.from([]), stdout: terminal, stderr: terminal, signal: stop.signal });
  return { terminal, exitCode, stop };
}

function secretData(): Readonly<Record<string, string>> {
  const object = objects.read(kinds.secret, { namespace: "signalman", name: "signalman-github-app" });
  const data = Object.entries((object as unknown as { data: Record<string, string> }).data);
  return Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()]));
}

/** What is not the same twice. */
function stable(text: string): string {
  return text.replaceAll(/http:\/\/127\.0\.0\.1:\d+(\/[\w-]{22})?/g, "http://127.0.0.1");
}

describe("the manifest flow", () => {
  test("registers what app.yml says, stores the keys as deploy/ reads them, and prints none", async () => {
    const { terminal, exitCode } = started(
      "--organization=acme",
      "--app-name=Signalman of acme",
      "--public-url=https://signalman.acme.example",
    );
    const done = await followManifest(await terminal.page);
    expect(await exitCode).toBe(0);
    expect(github.world.manifests.registered).toMatchObject([
      {
        organization: "acme",
        manifest: {
          name: "Signalman of acme",
          hookUrl: "https://signalman.acme.example/api/github/webhooks",
          events: ["push"],
          permissions: {
            statuses: "write",
            checks: "write",
            deployments: "write",
            pull_requests: "write",
            contents: "read",
            metadata: "read",
          },
        },
      },
    ]);
    const { installations, manifests } = github.world;
    const secrets = {
      PRIVATE_KEY: installations.privateKey,
      WEBHOOK_SECRET: manifests.registered[0]?.webhookSecret ?? "",
      clientSecret: manifests.registered[0]?.clientSecret ?? "",
    };
    expect(secretData()).toEqual({
      APP_ID: String(installations.app.id),
      PRIVATE_KEY: secrets.PRIVATE_KEY,
      WEBHOOK_SECRET: secrets.WEBHOOK_SECRET,
      GITHUB_API_URL: github.url,
    });
    expect(stable(terminal.text)).toMatchInlineSnapshot(`
      "Open http://127.0.0.1 in a browser on this machine, and follow it to GitHub. Ctrl-C ends it.
      Signalman of acme is registered (https://github.com/apps/signalman), and its keys are in Secret signalman/signalman-github-app. What is left to do:
        1. Install it on the repositories that your GitRepos name: https://github.com/apps/signalman/installations/new
        2. Its webhooks go to https://signalman.acme.example: lead that to the Service signalman, port 80.
        3. kubectl apply -k deploy/
      "
    `);
    expect(done).toContain("/apps/signalman/installations/new");
    for (const secret of Object.values(secrets)) expect(terminal.text + done).not.toContain(secret);
  });

  test("without a public address the App has no webhook, and is told to run without it", async () => {
    const { terminal, exitCode } = started();
    await followManifest(await terminal.page);
    expect(await exitCode).toBe(0);
    expect(github.world.manifests.registered).toMatchObject([
      { organization: "", manifest: { name: "Signalman", hookUrl: "", events: [] } },
    ]);
    expect(Object.keys(secretData())).toEqual(["APP_ID", "PRIVATE_KEY", "GITHUB_API_URL"]);
    expect(terminal.text).toContain('add "--no-app"');
  });
});

describe("who may answer", () => {
  test("only what this page asked for: a wrong state, no code, another host name or path are refused, and the flow goes on", async () => {
    const { terminal, exitCode } = started();
    const page = await terminal.page;
    const { origin, port } = new URL(page);
    const form = await startForm(page);
    const state = new URL(form.action).searchParams.get("state") ?? "";
    const other = "x".repeat(state.length);
    expect(await pageAt(`${origin}/registered?code=abc&state=${other}`)).toMatchObject({ status: 403 });
    expect(await pageAt(`${origin}/registered?code=abc`)).toMatchObject({ status: 403 });
    expect(await pageAt(`${origin}/registered?state=${state}`)).toMatchObject({ status: 400 });
    expect(await pageAt(`${origin}/registered?code=a%0Ab&state=${state}`)).toMatchObject({ status: 400 });
    expect(await pageAt(`${origin}/`)).toMatchObject({ status: 404 });
    expect(await statusUnder(`evil.example:${port}`, page)).toBe(421);
    expect(github.world.requests).toEqual([]);
    await followManifest(page);
    expect(await exitCode).toBe(0);
  });

  test("a code is taken once, and one that GitHub does not know ends the flow", async () => {
    const { terminal, exitCode } = started();
    const page = await terminal.page;
    const form = await startForm(page);
    const answer = `${new URL(page).origin}/registered?code=unknown&state=${new URL(form.action).searchParams.get("state")}`;
    const answers = await Promise.all([pageAt(answer), pageAt(answer)]);
    expect(new Set(answers.map((it) => it.status))).toEqual(new Set([409, 502]));
    expect(await exitCode).toBe(1);
    expect(stable(terminal.text)).toMatchInlineSnapshot(`
      "Open http://127.0.0.1 in a browser on this machine, and follow it to GitHub. Ctrl-C ends it.
      signalman setup: GitHub did not hand over the App: GitHub does not know the code: it was used, or is older than an hour. Run setup again; if GitHub lists an App without a key meanwhile, delete it there.
      "
    `);
    expect(github.world.requests).toHaveLength(1);
  });

  test("it is served on 127.0.0.1 alone, loads nothing and is kept nowhere", async () => {
    const { terminal, exitCode, stop } = started();
    const page = await terminal.page;
    expect(new URL(page).hostname).toBe("127.0.0.1");
    const { headers } = await fetch(page);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-security-policy": `default-src 'none'; form-action 'self' ${github.url}; frame-ancestors 'none'; base-uri 'none'`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    });
    stop.abort();
    expect(await exitCode).toBe(1);
    expect(terminal.text).toContain("ended before anything was registered");
  });
});

describe("before anything is registered", () => {
  test("a Secret that is there is never overwritten", async () => {
    objects.create(kinds.secret, { metadata: { name: "signalman-github-app" }, data: {} }, { nowMs: 0, namespace: "signalman" });
    const { terminal, exitCode } = started();
    expect(await exitCode).toBe(1);
    expect(terminal.text).toMatchInlineSnapshot(`
      "signalman setup: Secret signalman/signalman-github-app is there already, and its keys may be in use. Keep it, or remove it first: kubectl delete secret signalman-github-app -n signalman
      "
    `);
  });

  test("a namespace that is missing is named", async () => {
    const { terminal, exitCode } = started("--namespace=ops");
    expect(await exitCode).toBe(1);
    expect(terminal.text).toMatchInlineSnapshot(`
      "signalman setup: there is no namespace ops. Create it: kubectl create namespace ops
      "
    `);
  });

  test("misuse is 2", async () => {
    const tooLong = started(`--app-name=${"x".repeat(35)}`);
    expect(await tooLong.exitCode).toBe(2);
    const operand = started("shop");
    expect(await operand.exitCode).toBe(2);
    expect(tooLong.terminal.text + operand.terminal.text).toMatchInlineSnapshot(`
      "signalman setup: --app-name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is not a name of a GitHub App: at most 34 characters, none of them invisible. [InvalidSetting]
      signalman setup: takes flags only. See "signalman setup --help". [WrongArguments]
      "
    `);
  });
});

test("GitHub that is down when the code is exchanged: nothing is stored, and the code is told nobody", async () => {
  github.world.fault({ kind: "serverError", status: 502, match: { method: "POST", path: /conversions$/ } });
  const { terminal, exitCode } = started();
  const html = await followManifest(await terminal.page);
  expect(await exitCode).toBe(1);
  expect(terminal.text).toContain("GitHub did not hand over the App: GitHub 502");
  const [code] = github.world.requests.flatMap(({ path }) => /app-manifests\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect(code).toMatch(/^[0-9a-f]{40}$/);
  expect(terminal.text + html).not.toContain(code);
  expect(objects.find(kinds.secret, { namespace: "signalman", name: "signalman-github-app" })).toBeUndefined();
});

test("keys that cannot be stored are kept nowhere, and it says what to do", async () => {
  const { terminal, exitCode } = started();
  const page = await terminal.page;
  objects.create(kinds.secret, { metadata: { name: "signalman-github-app" }, data: {} }, { nowMs: 0, namespace: "signalman" });
  await followManifest(page);
  expect(await exitCode).toBe(1);
  expect(stable(terminal.text)).toMatchInlineSnapshot(`
    "Open http://127.0.0.1 in a browser on this machine, and follow it to GitHub. Ctrl-C ends it.
    signalman setup: Signalman is registered (https://github.com/apps/signalman), but its keys could not be stored in Secret signalman/signalman-github-app: secrets "signalman-github-app" already exists. They are kept nowhere. Make a new private key and webhook secret in the App's settings on GitHub and create the Secret by hand (docs/configuration.md#the-app), or delete the App there and run setup again.
    "
  `);
});

/** The status that a request gets under another Host, which fetch does not let one choose. */
async function statusUnder(host: string, url: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = httpRequest(url, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  asked.on("error", reject).end();
  return await promise;
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { symlink, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verbs } from "./setting.ts";

const root = join(import.meta.dirname, "..");
const program = join(root, "bin/signalman");
const env = { PATH: process.env["PATH"] ?? "" };

function signalman(args: readonly string[], options: { input?: string; program?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(options.program ?? program, args, {
    encoding: "utf8",
    env,
    input: options.input ?? "",
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

test("every verb has its command", () => {
  for (const verb of verbs) expect(existsSync(join(root, `src/commands/${verb}.ts`)), verb).toBe(true);
});

test("help is printed and is no error; no verb is one", () => {
  expect(signalman(["--help"])).toMatchObject({ status: 0, stderr: "" });
  expect(signalman([])).toMatchObject({ status: 2, stdout: "" });
  expect(signalman(["chekc"]).stderr).toMatch(/^signalman: there is no verb "chekc"\. Did you mean check\?\n/);
});

test("check is a process with an exit code, through a link too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signalman-main-"));
  try {
    const link = join(folder, "signalman");
    await symlink(program, link);
    const input = "apiVersion: signalman.dev/v1alpha1\nkind: Notification\n";
    const { status, stdout } = signalman(["check", "-"], { input, program: link });
    expect({ status, lines: stdout.trimEnd().split("\n") }).toEqual({
      status: 1,
      lines: [
        '-:1:1: metadata: "metadata" is required. Add it: an object. [MissingField]',
        '-:1:1: spec: "spec" is required. Add it: an object. [MissingField]',
      ],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("run refuses to start where new Function works, and not with the flags of bin/signalman", () => {
  const unsafe = spawnSync(process.execPath, [join(root, "src/main.ts"), "run", "--no-app", "--no-watcher"], {
    encoding: "utf8",
    env,
    timeout: 20_000,
  });
  expect({ status: unsafe.status, isUnsafe: unsafe.stderr.includes("[UnsafeRuntime]") }).toEqual({ status: 2, isUnsafe: true });
  const safe = signalman(["run", "--no-app", "--no-watcher"]);
  expect({ status: safe.status, stderr: safe.stderr }).toEqual({
    status: 2,
    stderr: "signalman run: --no-app and --no-watcher together leave nothing to run. Remove one of them. [SettingConflict]\n",
  });
});

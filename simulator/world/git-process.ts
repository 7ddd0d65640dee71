import { execFile } from "node:child_process";

/** No prompt, no user's or machine's configuration, nothing that depends on where the simulator runs. */
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

/** Local plumbing on a small repository takes milliseconds; a minute means that the machine is stuck. */
const gitTimeoutMs = 60_000;
const outputBytesMax = 64 * 1024 * 1024;

/**
 * Runs one `git` command in a bare repository and returns its standard output.
 * Throws with the command and git's own words where it exits with anything but one of `exitCodes` (0).
 */
export async function runGit(
  directory: string,
  commandArguments: readonly string[],
  options: { readonly input?: string; readonly exitCodes?: readonly number[] } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      ["--git-dir", directory, ...commandArguments],
      { env: environment, timeout: gitTimeoutMs, maxBuffer: outputBytesMax, encoding: "utf8" },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : error.code;
        if (typeof exitCode === "number" && (exitCode === 0 || options.exitCodes?.includes(exitCode))) return resolve(stdout);
        const remedy = exitCode === "ENOENT" ? " Remedy: install git." : "";
        reject(new Error(`git ${commandArguments.join(" ")} failed: ${stderr.trim() || error?.message}.${remedy}`));
      },
    );
    child.stdin?.on("error", () => {}); // git went away before it read all; the exit code says why
    child.stdin?.end(options.input ?? "");
  });
}

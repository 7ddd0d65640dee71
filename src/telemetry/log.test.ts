import { describe, expect, test } from "vitest";
import { createLog } from "./log.ts";

function logging() {
  const lines: string[] = [];
  const log = createLog({ level: "info", destination: { write: (line: string) => void lines.push(line) } });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "") as Record<string, unknown> };
}

describe("the log", () => {
  test("writes one line of JSON each, whatever is in the text", () => {
    const { log, lines, last } = logging();
    log.child({ part: "kubernetes" }).warn({ name: "a\u001b[2J\nb" }, "told\r\nby somebody");
    expect(lines).toHaveLength(1);
    for (const control of ["\n", "\r", "\u001b"]) expect(lines[0]?.trimEnd()).not.toContain(control);
    expect(last()).toMatchObject({ level: "warn", part: "kubernetes", name: "a\u001b[2J\nb", msg: "told\r\nby somebody" });
    expect(last()["time"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test("blots out what a library puts into its fields", () => {
    const { log, lines, last } = logging();
    log.info({ headers: { authorization: "Bearer s3cr3t" }, request: { headers: { cookie: "s3cr3t" } }, token: "s3cr3t" }, "x");
    log.info({ request: { headers: { Authorization: "s3cr3t", accept: "*/*" } } }, "x");
    expect(lines.join("")).not.toContain("s3cr3t");
    expect(last()).toMatchObject({ request: { headers: { Authorization: "***", accept: "*/*" } } });
  });

  test("takes of an error its type, code, status, message and stack, and no URL's path", () => {
    const { log, lines, last } = logging();
    const error = Object.assign(new TypeError("POST https://hooks.example.com/T0/s3cr3t: refused"), {
      code: "Refused",
      status: 500,
      request: { headers: { authorization: "s3cr3t" } },
    });
    log.error({ err: error }, "x");
    expect(last()["err"]).toMatchObject({
      type: "TypeError",
      code: "Refused",
      status: 500,
      message: "POST https://hooks.example.com/…: refused",
    });
    expect(lines[0]).not.toContain("s3cr3t");
  });
});

import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import { withoutSecrets } from "./without-secrets.ts";

export type Log = Logger;

export interface LogOptions {
  /** pino's: "trace", "debug", "info", "warn", "error", "fatal", "silent". */
  readonly level: string;
  /** Where lines go; stdout by default. */
  readonly destination?: DestinationStream;
}

/** Fields that may hold a credential, wherever a library puts them in what it logs; in lower case. */
const secretFields = new Set([
  "authorization",
  "token",
  "password",
  "privatekey",
  "secret",
  "webhooksecret",
  "cookie",
  "set-cookie",
]);
/** How deep they are looked for: `{request: {headers: {authorization}}}`. */
const secretDepth = 3;

/**
 * The log: one JSON line each, so that no text can forge a line or move a terminal's cursor. Nothing secret is given to it; should a library
 * do so in an error or in headers, the known places are blotted out. Use `child` for a part of the program: `log.child({ part: "kubernetes" })`.
 */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: (fields: Record<string, unknown>) => blotted(fields) },
    serializers: {
      err: serializeError,
      error: serializeError,
      reason: (it: unknown) => (typeof it === "string" ? withoutSecrets(it) : it),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** The fields without what secret ones hold. pino's own `redact` takes as long for a line as all the rest of it. */
function blotted(fields: Record<string, unknown>, depth = secretDepth): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const isPlain =
      typeof value === "object" && value !== null && !(value instanceof Error) && !Array.isArray(value) && !("toJSON" in value);
    if (secretFields.has(name.toLowerCase())) shown[name] = "***";
    else shown[name] = isPlain && depth > 1 ? blotted(value as Record<string, unknown>, depth - 1) : value;
  }
  return shown;
}

/** Type, code, message and stack; nothing else that a library hangs onto its errors: requests, headers, bodies. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? withoutSecrets(error) : error;
  const { type, message, stack } = stdSerializers.err(error);
  const { code, status } = error as { code?: unknown; status?: unknown };
  return {
    type,
    message: withoutSecrets(message),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof status === "number" ? { status } : {}),
    stack: stack.split("\n").map(withoutSecrets).join("\n"),
  };
}

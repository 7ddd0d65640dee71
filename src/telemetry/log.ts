import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import { withoutSecrets } from "./without-secrets.ts";

export type Log = Logger;

export interface LogOptions {
  /** pino's: "trace", "debug", "info", "warn", "error", "fatal", "silent". */
  readonly level: string;
  /** Where lines go; stdout by default. */
  readonly destination?: DestinationStream;
}

/** Fields that may hold a credential, wherever a library puts them in what it logs. */
const secretFields = ["authorization", "token", "password", "privateKey", "secret", "webhookSecret", "cookie", "set-cookie"];

/**
 * The log: one JSON line each, so that no text can forge a line or move a terminal's cursor. Nothing secret is given to it; should a library
 * do so in an error or in headers, the known places are blotted out. Use `child` for a part of the program: `log.child({ part: "kubernetes" })`.
 */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: secretFields.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]),
      censor: "***",
    },
    serializers: {
      err: serializeError,
      error: serializeError,
      reason: (it: unknown) => (typeof it === "string" ? withoutSecrets(it) : it),
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
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

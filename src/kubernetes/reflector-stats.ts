/** What a reflector has seen, for metrics and tests. Counters only grow. */
export interface ReflectorStats {
  /** Lists that were read to their end. */
  lists: number;
  /** Those of them that were made to check a healthy watch. */
  checks: number;
  /** What those checks found though the watch had not told it (what was deleted in the moment between watch and list is counted too). */
  missed: number;
  /** Watches that were opened. */
  watches: number;
  /** Events of watches, bookmarks left out. */
  events: number;
  bookmarks: number;
  /** Events that told what was known. */
  duplicates: number;
  /** Changes that were told. */
  changes: number;
  /** Lists and watches that failed. */
  failures: number;
  /** Watches that fell silent and were given up. */
  silences: number;
  /** Times that the server had forgotten where we stood (410). */
  expirations: number;
  /** Objects without uid or resourceVersion, and unknown types of events. */
  unreadable: number;
  /** Objects above the bound. */
  oversized: number;
  projectionFailures: number;
  changesRefused: number;
  /** When the server was heard last, in ms since the epoch; 0 before. */
  lastHeardMs: number;
}

export function newReflectorStats(): ReflectorStats {
  return {
    lists: 0,
    checks: 0,
    missed: 0,
    watches: 0,
    events: 0,
    bookmarks: 0,
    duplicates: 0,
    changes: 0,
    failures: 0,
    silences: 0,
    expirations: 0,
    unreadable: 0,
    oversized: 0,
    projectionFailures: 0,
    changesRefused: 0,
    lastHeardMs: 0,
  };
}

/** What happened, as the receivers saw it; the checkers read nothing else of the product. */
export type Entry = Hook | Status | Comment | Save | Look | Told;

interface Happened {
  /** When it took effect. */
  readonly ms: number;
  /** When the product began the message that it belongs to: what it knew then is what it may say. */
  readonly sinceMs: number;
}

/** Something that a process sent. */
interface Sent extends Happened {
  /** Which one: later ones have higher numbers. */
  readonly process: number;
}

/** A webhook's request that reached its receiver. `isTaken`: it answered 2xx (whether or not the answer arrived). */
export interface Hook extends Sent {
  readonly kind: "hook";
  readonly receiver: string;
  readonly stream: string;
  readonly sequence: number;
  readonly id: string;
  readonly body: string;
  readonly isTaken: boolean;
  /** It arrived after its sender had given it up: whoever takes it compares its sequence (docs/guarantees.md). */
  readonly isLate: boolean;
}

/** A commit status that GitHub shows from now on, or what a check run or a deployment does ("check …" and "deployment …" are their contexts). */
export interface Status extends Sent {
  readonly kind: "status";
  readonly repository: string;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string;
  /** Of a check run or a deployment its id; 0 where the context says it all. */
  readonly place: number;
  /** A check run's page. */
  readonly page: string;
}

/** A comment that was created (`isNew`) or edited. */
export interface Comment extends Sent {
  readonly kind: "comment";
  readonly repository: string;
  readonly number: number;
  readonly id: number;
  readonly body: string;
  readonly isNew: boolean;
}

export interface Save extends Happened {
  readonly kind: "save";
  readonly name: string;
  readonly bytes: number;
  /** What it says of each stream, as it is stored. */
  readonly streams: readonly string[];
}

/** A moment at which the product may take what it sees for old: a process begins, a Notification comes. */
export interface Look extends Sent {
  readonly kind: "look";
  readonly why: string;
  /** The name of the Notification that came; "" where it is all of them. */
  readonly notification: string;
}

/** For the story only. */
export interface Told extends Happened {
  readonly kind: "told";
  readonly text: string;
}

export class Ledger {
  readonly entries: Entry[] = [];
  /** When the last thing happened. */
  lastMs = -Infinity;
  /** Called with each entry, for a trace. */
  onEntry: (entry: Entry) => void = () => {};

  add(entry: Entry): void {
    this.entries.push(entry);
    this.lastMs = entry.ms;
    this.onEntry(entry);
  }

  of<Kind extends Entry["kind"]>(kind: Kind): Extract<Entry, { kind: Kind }>[] {
    return this.entries.filter((it): it is Extract<Entry, { kind: Kind }> => it.kind === kind);
  }

  tell(ms: number, text: string): void {
    this.add({ kind: "told", ms, sinceMs: ms, text });
  }
}

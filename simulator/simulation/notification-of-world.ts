/** Makes the object as it is to be now. `names`: which GitRepos it selects. */
export type NotificationMaker = (change: {
  readonly isSuspended: boolean;
  readonly generation: number;
  readonly names: readonly string[];
}) => unknown;

interface Silence {
  readonly fromMs: number;
  /** Infinity where it still is. */
  toMs: number;
}

export interface NotificationSetting {
  readonly name: string;
  readonly make: NotificationMaker;
  /** Of all GitRepos of the world. */
  readonly gitRepos: readonly string[];
  /** Names, or what they begin with and a `*`. */
  readonly names?: readonly string[];
}

/** A Notification of a world: what is in force of it, and when nothing was to be told. */
export class NotificationOfWorld {
  readonly name: string;
  isThere = true;
  isSuspended = false;
  names: readonly string[];
  /** It came, went or changed after the beginning. */
  isChanged = false;
  readonly #make: NotificationMaker;
  /** "" for what is about no GitRepo. */
  readonly #silences: ReadonlyMap<string, Silence[]>;
  #generation = 1;

  constructor({ name, make, gitRepos, names = ["*"] }: NotificationSetting) {
    this.name = name;
    this.names = names;
    this.#make = make;
    this.#silences = new Map(["", ...gitRepos].map((it) => [it, []]));
    this.#noteSilences(-Infinity);
  }

  /** As it is written now. */
  get object(): unknown {
    return this.#make({ isSuspended: this.isSuspended, generation: this.#generation, names: this.names });
  }

  selects(gitRepo: string): boolean {
    return this.names.some((it) => it === gitRepo || (it.endsWith("*") && gitRepo.startsWith(it.slice(0, -1))));
  }

  /** It was written anew, or deleted. */
  change(nowMs: number): void {
    this.#generation += 1;
    this.isChanged = true;
    this.#noteSilences(nowMs);
  }

  /** When it told nothing of a GitRepo: suspended, gone, or about others. */
  silencesOf(gitRepo: string): readonly Readonly<Silence>[] {
    return this.#silences.get(gitRepo) ?? [];
  }

  #noteSilences(nowMs: number): void {
    for (const [gitRepo, silences] of this.#silences) {
      const last = silences.at(-1);
      const isSilent = last?.toMs === Infinity;
      const shallBeSilent = this.isSuspended || !this.isThere || (gitRepo !== "" && !this.selects(gitRepo));
      if (isSilent && !shallBeSilent) last.toMs = nowMs;
      if (!isSilent && shallBeSilent) silences.push({ fromMs: nowMs, toMs: Infinity });
    }
  }
}

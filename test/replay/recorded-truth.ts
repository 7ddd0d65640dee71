import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { z } from "zod";

const fact = z.union([
  z.object({ ms: z.number(), act: z.literal("targets"), targets: z.array(z.string()) }),
  z.object({
    ms: z.number(),
    truth: z.object({ cluster: z.string(), gitrepo: z.string(), cm: z.string(), value: z.string().nullable() }),
  }),
  z.object({
    ms: z.number(),
    truth: z.object({ cluster: z.string(), gitrepo: z.string(), deployment: z.string(), ready: z.boolean() }),
  }),
]);

const meta = z.object({
  gitrepo: z.string(),
  git: z.array(
    z.object({
      sha: z.string(),
      parents: z.array(z.string()),
      /** The ConfigMaps that the commit must leave on every target; null: it can never be deployed. */
      expect: z.record(z.string(), z.string()).nullable(),
    }),
  ),
});

/** What was live on the clusters at one moment. */
interface Moment {
  targets: readonly string[];
  /** cluster → ConfigMap → value. */
  readonly live: Map<string, Map<string, string>>;
  /** cluster/deployment → ready. */
  readonly ready: Map<string, boolean>;
}

/** The ground truth beside a recording (test/recordings/README.md: what `truth(X)` means). */
export class RecordedTruth {
  readonly #facts: readonly z.infer<typeof fact>[];
  readonly #git: z.infer<typeof meta>["git"];
  readonly #isDriftedByHand: boolean;

  constructor(file: string) {
    const lines = gunzipSync(readFileSync(file))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    const parsed = meta.parse((JSON.parse(lines[0] ?? "{}") as { meta: unknown }).meta);
    this.#git = parsed.git;
    this.#isDriftedByHand = file.includes("-12-drift");
    this.#facts = lines.flatMap((line) => {
      const read = fact.safeParse(JSON.parse(line));
      if (!read.success) return [];
      return "truth" in read.data && read.data.truth.gitrepo !== parsed.gitrepo ? [] : [read.data];
    });
  }

  get lastCommit(): string {
    return this.#git.at(-1)?.sha ?? "";
  }

  /**
   * True where the commit or a descendant of it is what runs on every target at that millisecond: a success on it is then no lie. Drift made by hand
   * does not undo a deployment (README): there it is enough that it ran at any time up to then. `isAsked` leaves clusters out.
   */
  isDeployed(sha: string, ms: number, isAsked: (cluster: string) => boolean = () => true): boolean {
    const moments = this.#isDriftedByHand ? this.#facts.map((it) => it.ms).filter((it) => it <= ms) : [ms];
    return moments.some((it) => this.#ran(sha, it, isAsked));
  }

  #ran(sha: string, ms: number, isAsked: (cluster: string) => boolean): boolean {
    const whole = this.#at(ms);
    const moment = { ...whole, targets: whole.targets.filter(isAsked) };
    return [...this.#descendants(sha)].some((it) => this.#isTrue(it, moment));
  }

  #isTrue(sha: string, { targets, live, ready }: Moment): boolean {
    const expect = this.#git.find((it) => it.sha === sha)?.expect;
    if (expect === undefined || expect === null || targets.length === 0) return false;
    return targets.every((cluster) => {
      const values = live.get(cluster) ?? new Map<string, string>();
      const isSame = Object.entries(expect).every(([name, value]) => values.get(name) === value);
      const isReady = [...ready].every(([key, it]) => it || !key.startsWith(`${cluster}/`));
      return isSame && values.size === Object.keys(expect).length && isReady;
    });
  }

  #descendants(sha: string): Set<string> {
    const found = new Set([sha]);
    // Commits stand in the order in which they were made: parents before children.
    for (const commit of this.#git) if (commit.parents.some((it) => found.has(it))) found.add(commit.sha);
    return found;
  }

  #at(ms: number): Moment {
    const moment: Moment = { targets: [], live: new Map(), ready: new Map() };
    for (const it of this.#facts) {
      if (it.ms > ms) break;
      if ("act" in it) moment.targets = it.targets;
      else if ("deployment" in it.truth) moment.ready.set(`${it.truth.cluster}/${it.truth.deployment}`, it.truth.ready);
      else {
        const values = moment.live.get(it.truth.cluster) ?? new Map<string, string>();
        moment.live.set(it.truth.cluster, values);
        if (it.truth.value === null) values.delete(it.truth.cm);
        else values.set(it.truth.cm, it.truth.value);
      }
    }
    return moment;
  }
}

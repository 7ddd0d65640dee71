import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { gitHubUnderTest, silentLog, type GitHubUnderTest } from "../../simulator/faces/github-api-under-test.ts";
import type { CommentRow } from "../../src/core/message/comment-row.ts";
import type { Message } from "../../src/core/message/message.ts";
import type { DestinationConfig } from "../../src/core/notification/rule.ts";
import type { Attempt, DestinationIo } from "../../src/destinations/destination.ts";
import { SlotMemories } from "../../src/engine/slot-memories.ts";
import { sampleRule } from "../samples/rollout.ts";

export const acmeShop = { host: "github.com", owner: "acme", name: "shop" } as const;
export const testInstance = { name: "", cluster: "0b6a6f8e-5f5b-4a3e-9f63-1d1f2c5a7e11", shard: "" } as const;
export const neverAborted = new AbortController().signal;

/** What our own comments and statuses are by: the token's user. */
export const botLogin = "ada";

/** A destination's surroundings: a simulated GitHub behind a real Octokit, and the memory of one process. */
export interface DestinationUnderTest {
  readonly github: GitHubUnderTest;
  /** Forgets what the process knew of every slot. */
  restart(): void;
  io(fields?: Partial<DestinationIo>): DestinationIo;
  close(): Promise<void>;
}

/** `asApp`: as the installed App, who alone may write check runs; else as a user with a token. */
export async function destinationUnderTest({ asApp = false } = {}): Promise<DestinationUnderTest> {
  const github = await gitHubUnderTest();
  const octokit = asApp ? appOctokit(github) : github.octokit();
  let slots = new SlotMemories();
  const unexpected = () => Promise.reject(new Error("a GitHub destination needs no such thing"));
  return {
    github,
    restart: () => {
      slots = new SlotMemories();
    },
    io: (fields = {}) => ({
      github: async () => octokit,
      botLogin: async () => (asApp ? github.world.installations.app.bot.login : botLogin),
      http: unexpected,
      secret: unexpected,
      now: () => github.world.now(),
      inSlot: (slot, work) => slots.inSlot(slot, work),
      rows: (): readonly CommentRow[] => [],
      ...fields,
    }),
    close: () => github.close(),
  };
}

function appOctokit({ world, url }: GitHubUnderTest): Octokit {
  const { app, privateKey } = world.installations;
  const auth = { appId: app.id, privateKey, installationId: world.install("acme/shop").id };
  return new Octokit({ baseUrl: url, log: silentLog, authStrategy: createAppAuth, auth });
}

/** One try to bring a message to a destination of this config. */
export function attemptOf<Config extends DestinationConfig>(
  config: Config,
  message: Message,
  fields: Partial<Attempt<Config>> = {},
): Attempt<Config> {
  return {
    rule: sampleRule(config.type),
    config,
    message,
    stream: "a stream",
    instance: testInstance,
    repository: acmeShop,
    verify: false,
    ...fields,
  };
}

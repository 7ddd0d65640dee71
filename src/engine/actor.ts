import type { InquiryAnswer } from "../core/history/history.ts";
import type { Inquiry } from "../core/history/inquiry.ts";
import type { CoreEffect } from "../core/core-effect.ts";
import type { CoreState } from "../core/core-state.ts";
import { accountsFor } from "../core/notifications.ts";
import { type CoreInput, rowsFor } from "../core/step.ts";
import type { Outcome } from "../core/delivery/outcome.ts";
import type { Send } from "../core/delivery/effect.ts";
import type { GitHubAccount } from "../core/notification/git-hub-account.ts";
import { parseRepository } from "../core/history/parse-repository.ts";
import type { DestinationIo, Instance } from "../destinations/destination.ts";
import { applyTo } from "../destinations/index.ts";
import type { AncestryAnswer, Clock, DeliveryStore, RepositoryHost, SaveAnswer } from "./ports.ts";

/** What an actor needs of the edges. `io` is what destinations may touch, but for the rows, which the core knows. */
export interface ActorPorts {
  readonly clock: Clock;
  readonly store: DeliveryStore;
  readonly host: RepositoryHost;
  readonly io: (send: Send) => Omit<DestinationIo, "rows" | "now">;
  readonly instance: Instance;
  /** Metrics, logs, Kubernetes events; must not throw. */
  readonly note: (effect: Extract<CoreEffect, { kind: "note" | "report" }>) => void;
  /** Aborted when the lease is lost or the process stops: nothing may be carried out after that. */
  readonly signal: AbortSignal;
}

/** Carries out effects, and says what came of each as the input that its contract promises. Never rejects. */
export class Actor {
  readonly #ports: ActorPorts;

  constructor(ports: ActorPorts) {
    this.#ports = ports;
  }

  async perform(effect: CoreEffect, state: CoreState): Promise<CoreInput | null> {
    switch (effect.kind) {
      case "save": {
        const { namespace, name } = effect.document;
        return saveInput(
          { namespace, name },
          await this.#stored(() => this.#ports.store.save(effect.document, this.#ports.signal)),
        );
      }
      case "remove":
        return saveInput(effect, await this.#stored(() => this.#ports.store.remove(effect, this.#ports.signal)));
      case "ask":
        return await this.#ask(effect.inquiry, state);
      case "send":
        return { kind: "sent", stream: effect.send.stream, outcome: await this.#send(effect.send, state) };
      case "note":
      case "report":
        this.#ports.note(effect);
        return null;
    }
  }

  async #stored(write: () => Promise<SaveAnswer>): Promise<SaveAnswer> {
    try {
      return await write();
    } catch (error) {
      return { kind: "failed", reason: textOf(error) };
    }
  }

  async #ask(inquiry: Inquiry, state: CoreState): Promise<CoreInput> {
    const askedMs = this.#ports.clock.now();
    const accounts = accountsFor(state, inquiry.repository);
    return { kind: "answered", inquiry, askedMs, answer: await this.#answer(inquiry, accounts) };
  }

  async #answer(inquiry: Inquiry, accounts: readonly GitHubAccount[]): Promise<InquiryAnswer> {
    const { host, signal } = this.#ports;
    try {
      switch (inquiry.kind) {
        case "relation":
          return fromAncestry(await host.relation({ ...inquiry, accounts }, signal));
        case "branchHead":
          return await host.branchHead({ ...inquiry, accounts }, signal);
        case "pullRequests":
          return await host.pullRequests({ ...inquiry, accounts }, signal);
      }
    } catch (error) {
      return { kind: "unavailable", retryAtMs: 0, reason: textOf(error) };
    }
  }

  async #send(send: Send, state: CoreState): Promise<Outcome> {
    const { stream, rule, message, verify } = send;
    const { clock, io, instance, signal } = this.#ports;
    const attempt = { rule, message, stream, instance, verify, repository: parseRepository(message.gitRepo.repo) };
    const rows: DestinationIo["rows"] = (pullRequest) => rowsFor(state, { stream, message, pullRequest }, clock.now());
    try {
      return await applyTo(attempt, { ...io(send), rows, now: () => clock.now() }, signal);
    } catch (error) {
      // A destination that throws has a defect; what it wrote before that is unknown.
      return { kind: "unknown", reason: `unexpected: ${textOf(error)}` };
    }
  }
}

function saveInput({ namespace, name }: { namespace: string; name: string }, answer: SaveAnswer): CoreInput {
  switch (answer.kind) {
    case "saved":
      return { kind: "saved", namespace, name };
    case "conflict":
      return { kind: "saveConflicted", namespace, name, stored: answer.stored };
    case "failed":
      return { kind: "saveFailed", namespace, name, reason: answer.reason };
  }
}

function fromAncestry(answer: AncestryAnswer): InquiryAnswer {
  return answer.kind === "known" ? { kind: "relation", relation: answer.status, commits: answer.commits } : answer;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

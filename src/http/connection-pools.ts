import { createHash } from "node:crypto";
import { Agent, type buildConnector } from "undici";
import { limits } from "../core/limits.ts";
import type { TlsIdentity } from "../destinations/destination.ts";
import type { ConnectorOptions } from "./guarded-connector.ts";

/** Makes connections with these options of TLS. */
export type MakeConnector = (tls: ConnectorOptions["tls"]) => buildConnector.connector;

/**
 * Connections to receivers, reused between requests of the same TLS identity and never between two: who trusts other authorities, or shows another
 * certificate, must not send over a connection that was made for somebody else. A rotated Secret is another identity. At most
 * `limits.tlsIdentitiesMax` identities; the one that was used least recently goes.
 */
export class ConnectionPools {
  readonly #connector: MakeConnector;
  readonly #system: Agent;
  /** By identity, the least recently used first. At most `limits.tlsIdentitiesMax`. */
  readonly #agents = new Map<string, Agent>();
  readonly #leaving = new Set<Agent>();

  constructor(connector: MakeConnector) {
    this.#connector = connector;
    this.#system = newAgent(connector({}));
  }

  /** @throws where the identity is none that TLS can use. */
  of(identity: TlsIdentity | undefined): Agent {
    if (identity === undefined) return this.#system;
    const key = keyOf(identity);
    const agent = this.#agents.get(key) ?? newAgent(this.#connector(tlsOptions(identity)));
    this.#agents.delete(key);
    this.#agents.set(key, agent);
    const [oldest] = this.#agents;
    if (oldest !== undefined && this.#agents.size > limits.tlsIdentitiesMax) this.#retire(...oldest);
    return agent;
  }

  /** Closes every connection at once. */
  async close(): Promise<void> {
    const agents = [this.#system, ...this.#agents.values(), ...this.#leaving];
    await Promise.all(agents.map((it) => it.destroy()));
  }

  /** What it has begun is finished. */
  #retire(key: string, agent: Agent): void {
    this.#agents.delete(key);
    this.#leaving.add(agent);
    const gone = () => this.#leaving.delete(agent);
    void agent.close().then(gone, gone);
  }
}

function newAgent(connect: buildConnector.connector): Agent {
  return new Agent({
    connect,
    // One request at a time on a connection: which one a broken connection may have carried is then known.
    allowH2: false,
    pipelining: 1,
    connections: limits.endpointInFlightMax,
    keepAliveTimeout: limits.keepAliveMs,
    // The timer of each exchange covers all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function tlsOptions({ ca, client }: TlsIdentity): ConnectorOptions["tls"] {
  return { ...(ca !== null && { ca }), ...(client !== null && { cert: client.certificate, key: client.key }) };
}

/** A hash: keys of maps are seen in heap dumps sooner than what hangs on them. */
function keyOf(identity: TlsIdentity): string {
  return createHash("sha256")
    .update(JSON.stringify([identity.ca, identity.client?.certificate, identity.client?.key]))
    .digest("hex");
}

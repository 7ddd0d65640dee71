import type { CoreState } from "../../src/core/core-state.ts";
import type { DeliveryDocument } from "../../src/core/delivery/delivery-document.ts";
import type { Send } from "../../src/core/delivery/effect.ts";
import type { FleetChange } from "../../src/core/fleet/record.ts";
import type { DestinationIo } from "../../src/destinations/destination.ts";
import type { LeaseClient } from "../../src/kubernetes/lease.ts";
import type { Clock, DeliveryStore, RepositoryHost } from "../../src/engine/ports.ts";

type Io = Omit<DestinationIo, "rows" | "now">;

/** Where a sabotage may step in between the product and its world. As they are, nothing is changed. */
export interface Seams {
  readonly store: (store: DeliveryStore) => DeliveryStore;
  readonly host: (host: RepositoryHost) => RepositoryHost;
  readonly io: (io: Io, send: Send) => Io;
  /** The engine reads the clock once a turn, before the core steps: whoever damages the state does it here. */
  readonly clock: (clock: Clock, state: CoreState) => Clock;
  readonly notification: (object: unknown) => unknown;
  /** What the product is told of Fleet's objects. */
  readonly fleet: (change: FleetChange) => FleetChange;
  /** A replica's way to its Lease. */
  readonly lease: (client: LeaseClient) => LeaseClient;
  /** How a process learns that its lease is gone. */
  readonly held: (held: AbortSignal) => AbortSignal;
  /** What a process finds stored when it starts. */
  readonly loaded: (documents: readonly DeliveryDocument[]) => readonly DeliveryDocument[];
}

export const noSeams: Seams = {
  store: (store) => store,
  host: (host) => host,
  io: (io) => io,
  clock: (clock) => clock,
  notification: (object) => object,
  fleet: (change) => change,
  lease: (client) => client,
  held: (held) => held,
  loaded: (documents) => documents,
};

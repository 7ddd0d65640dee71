import type { CoreState } from "../../src/core/core-state.ts";
import type { Send } from "../../src/core/delivery/effect.ts";
import type { DestinationIo } from "../../src/destinations/destination.ts";
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
}

export const noSeams: Seams = {
  store: (store) => store,
  host: (host) => host,
  io: (io) => io,
  clock: (clock) => clock,
  notification: (object) => object,
};

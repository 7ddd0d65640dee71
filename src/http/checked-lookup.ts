import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { type EgressGuard, EgressRefusedError } from "./egress.ts";

/** As `dns.lookup` with `all: true`. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/**
 * Looks a name up once, and refuses it where ANY of its addresses is refused. Whoever connects dials what comes of this and looks nothing up again:
 * DNS that changes between look-up and connect has no gap to use. There is at least one address where there is no error.
 */
export function checkedLookup(guard: EgressGuard, resolve: Resolve = allAddresses): Resolve {
  return (hostname, callback) =>
    resolve(hostname, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (addresses.length === 0) {
        return callback(Object.assign(new Error(`no address for ${hostname}`), { code: "ENOTFOUND" }), []);
      }
      for (const { address } of addresses) {
        const reason = guard.refusal(hostname, address);
        if (reason !== null) return callback(new EgressRefusedError(hostname, reason), []);
      }
      callback(null, addresses);
    });
}

function allAddresses(...[hostname, callback]: Parameters<Resolve>): void {
  systemLookup(hostname, { all: true }, callback);
}

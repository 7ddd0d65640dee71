import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Where requests may go (design §9). */
export interface EgressSettings {
  /** True: private ranges are refused too (`--strict-egress`). */
  readonly strict: boolean;
  /** `--allow-egress`: CIDRs or addresses ("10.0.0.0/8", "::1") and host suffixes ("corp.example.com": that host and all below it). */
  readonly allow: readonly string[];
}

/** A connection that the guard refused before it was made. `reason` has the remedy. */
export class EgressRefusedError extends Error {
  override readonly name = "EgressRefusedError";
  readonly code = "EgressRefused";
  readonly reason: string;

  constructor(receiver: string, reason: string) {
    super(`${receiver} is refused: ${reason}`);
    this.reason = reason;
  }
}

/** A guard for one setting. */
export interface EgressGuard {
  /** Why an address is refused, or null. `host` is the name that was asked for, or the address itself. */
  refusal(host: string, address: string): string | null;
  /** True where the administrator allows the name itself (a host suffix of `--allow-egress`), so that a proxy may look it up. */
  trustsName(host: string): boolean;
}

type Cidr = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Addresses of cloud metadata services that lie outside of link-local: AWS over IPv6, Alibaba Cloud, Oracle Cloud (classic) and Azure's
 * WireServer. Their providers document them as reachable from every machine.
 */
const metadataAddresses = new Set(["fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"]);

/**
 * NAT64 of a network's own (RFC 8215). Where in it the IPv4 address stands (RFC 6052 §2.2) is known to that network alone, so nobody else can say
 * where it leads.
 */
const localNat64 = ipaddr.IPv6.parse("64:ff9b:1::");

/** Ranges of ipaddr.js that are somebody's ordinary host; "private" ones are refused by `strict`. Everything else is always refused. */
const publicRanges = new Set(["unicast"]);
const privateRanges = new Set(["private", "uniqueLocal", "carrierGradeNat", "benchmarking"]);

/** @throws RangeError naming the entry of `allow` that is neither an address, a CIDR nor a host name. */
export function createEgressGuard(settings: EgressSettings): EgressGuard {
  const cidrs: Cidr[] = [];
  const suffixes: string[] = [];
  for (const entry of settings.allow) {
    const cidr = parseCidr(entry);
    if (cidr === null) suffixes.push(parseSuffix(entry));
    else cidrs.push(cidr);
  }
  const trustsName = (name: string) => {
    const host = name.toLowerCase().replace(/\.$/, "");
    return suffixes.some((it) => host === it || host.endsWith(`.${it}`));
  };

  function refusal(host: string, address: string): string | null {
    if (!ipaddr.isValid(address)) return `"${address}" is not an IP address`;
    const parsed = ipaddr.parse(address);
    const inner = embeddedAddress(parsed);
    if (cidrs.some((cidr) => matches(inner, cidr) || matches(parsed, cidr))) return null;
    const range = rangeOf(inner);
    if (publicRanges.has(range)) return null;
    if (!privateRanges.has(range)) return `${address} is ${inArticle(range)} address. ${remedy(address)}`;
    return !settings.strict || trustsName(host)
      ? null
      : `${address} is ${inArticle(range)} address, and --strict-egress is set. ${remedy(address)}`;
  }
  return { refusal, trustsName };
}

function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (metadataAddresses.has(address.toString())) return "metadata";
  return address.kind() === "ipv6" && address.match(localNat64, 48) ? "localNat64" : address.range();
}

/** The IPv4 address that an IPv6 one stands for (IPv4-mapped, -compatible and -translated, NAT64, 6to4), or the address itself. */
function embeddedAddress(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === "ipv4") return address;
  const bytes = address.toByteArray();
  const isZero = (from: number, to: number) => bytes.slice(from, to).every((byte) => byte === 0);
  const at = (offset: number) => new ipaddr.IPv4(bytes.slice(offset, offset + 4));
  const startsWith = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte);
  if (isZero(0, 10) && bytes[10] === 0xff && bytes[11] === 0xff) return at(12);
  if (isZero(0, 12) && !(isZero(12, 15) && (bytes[15] ?? 0) <= 1)) return at(12);
  if (isZero(0, 8) && bytes[8] === 0xff && bytes[9] === 0xff && isZero(10, 12)) return at(12);
  if (startsWith(0x00, 0x64, 0xff, 0x9b) && isZero(4, 12)) return at(12);
  return startsWith(0x20, 0x02) ? at(2) : address;
}

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Cidr): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

function parseCidr(entry: string): Cidr | null {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (isIP(entry) === 0) return null;
  const address = ipaddr.parse(entry);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function parseSuffix(entry: string): string {
  const suffix = entry.toLowerCase().replace(/^\*?\./, "");
  if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(suffix) && !/^[0-9.]+$/.test(suffix)) return suffix;
  throw new RangeError(
    `"${entry}" is neither a CIDR, an address nor a host suffix. Allowed: "10.0.0.0/8", "fd00::/8", "192.0.2.7", "corp.example.com".`,
  );
}

function inArticle(range: string): string {
  const words: Record<string, string> = {
    linkLocal: "a link-local",
    unspecified: "an unspecified",
    metadata: "a cloud metadata",
    private: "a private",
    uniqueLocal: "a private (unique local)",
    carrierGradeNat: "a carrier-grade NAT",
    localNat64: "a NAT64",
    teredo: "a Teredo",
  };
  return words[range] ?? `a ${range}`;
}

function remedy(address: string): string {
  return `Only an administrator can allow it: --allow-egress ${address}.`;
}

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate and its key, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** DNS names and IPv4 addresses that the certificate is for; none for a client's. */
  readonly hosts?: readonly string[];
  /** Default: from an hour ago for a day. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** A certificate authority of a simulated world (X.509 v3, P-256): who trusts `certificate` trusts what it has issued. */
export interface Authority {
  readonly certificate: string;
  issue(commonName: string, options?: IssueOptions): Certified;
}

const hourMs = 3_600_000;

export function createAuthority(commonName: string): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name: commonName, key: keys.privateKey };
  const extensions = [extension(oids.basicConstraints, { value: sequence(boolean(true)), isCritical: true })];
  return {
    certificate: certify({ issuer, commonName, publicKey: keys.publicKey, extensions }, {}),
    issue(name, options = {}) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const { hosts = [] } = options;
      const names = hosts.length === 0 ? [] : [extension(oids.subjectAltName, { value: sequence(...hosts.map(generalName)) })];
      return {
        certificate: certify({ issuer, commonName: name, publicKey, extensions: names }, options),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

interface Subject {
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280 §4.1 */
function certify({ issuer, commonName, publicKey, extensions }: Subject, { notBefore, notAfter }: IssueOptions): string {
  const now = Date.now();
  const algorithm = sequence(oids.ecdsaWithSha256);
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(notBefore ?? new Date(now - hourMs)), time(notAfter ?? new Date(now + 23 * hourMs))),
    distinguishedName(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [tagged(0xa3, sequence(...extensions))]),
  );
  const certificate = sequence(toBeSigned, algorithm, bits(sign("sha256", toBeSigned, issuer.key)));
  const lines = certificate.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

// -- DER (X.690), as far as a certificate needs it.

function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...items: readonly Buffer[]) => tagged(0x30, ...items);
const integer = (value: Buffer) => tagged(0x02, value);
const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const bits = (value: Buffer) => tagged(0x03, Buffer.from([0]), value);
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, "hex"));
const oids = {
  ecdsaWithSha256: oid("2a8648ce3d040302"),
  commonName: oid("550403"),
  basicConstraints: oid("551d13"),
  subjectAltName: oid("551d11"),
};

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]|\.\d+Z/g, "")}Z`));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oids.commonName, tagged(0x0c, Buffer.from(commonName)))));
}

function generalName(host: string): Buffer {
  return isIPv4(host) ? tagged(0x87, Buffer.from(host.split(".").map(Number))) : tagged(0x82, Buffer.from(host));
}

function extension(id: Buffer, { value, isCritical = false }: { value: Buffer; isCritical?: boolean }): Buffer {
  return sequence(id, ...(isCritical ? [boolean(true)] : []), tagged(0x04, value));
}

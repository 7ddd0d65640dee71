import { describe, expect, test } from "vitest";
import { createEgressGuard, type EgressSettings } from "./egress.ts";

function refused(address: string, settings: Partial<EgressSettings> = {}, host = address): boolean {
  return createEgressGuard({ strict: false, allow: [], ...settings }).refusal(host, address) !== null;
}

describe("refused always: link-local, metadata, loopback, unspecified (design §9)", () => {
  test.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::127.0.0.1",
    "64:ff9b:1:a9fe:a9:fe00:808:808",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "::ffff:a9fe:a9fe",
    "::ffff:0:a9fe:a9fe",
    "0:0:0:0:0:ffff:127.0.0.1",
    "2002:7f00:1:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:0:ce49:7601:e866:efff:5601:5601",
    "fe80::1%eth0",
    "fec0::1",
    "192.0.2.1",
    "198.51.100.7",
    "2001:db8::1",
    "100::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001::1",
    "not an address",
  ])("%s", (address) => {
    expect(refused(address)).toBe(true);
    expect(refused(address, { strict: true })).toBe(true);
  });
});

test.each(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"])(
  "%s is somebody's public address",
  (address) => {
    expect(refused(address)).toBe(false);
    expect(refused(address, { strict: true })).toBe(false);
  },
);

test.each(["10.0.0.1", "172.16.5.4", "192.168.1.1", "fd12:3456::1", "100.64.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1"])(
  "the private address %s is allowed unless --strict-egress",
  (address) => {
    expect(refused(address)).toBe(false);
    expect(refused(address, { strict: true })).toBe(true);
  },
);

describe("--allow-egress", () => {
  test("a CIDR or address allows what lies in it, loopback too, in every notation", () => {
    expect(refused("127.0.0.1", { allow: ["127.0.0.0/8"] })).toBe(false);
    expect(refused("::ffff:127.0.0.1", { allow: ["127.0.0.0/8"] })).toBe(false);
    expect(refused("::1", { allow: ["::1"] })).toBe(false);
    expect(refused("10.1.2.3", { strict: true, allow: ["10.1.0.0/16"] })).toBe(false);
    expect(refused("10.2.2.3", { strict: true, allow: ["10.1.0.0/16"] })).toBe(true);
  });

  test("a host suffix allows private addresses to that host and those below it, and nothing that is always refused", () => {
    const settings = { strict: true, allow: ["corp.example.com"] };
    expect(refused("10.0.0.1", settings, "corp.example.com")).toBe(false);
    expect(refused("10.0.0.1", settings, "HOOKS.corp.example.com.")).toBe(false);
    expect(refused("10.0.0.1", settings, "evilcorp.example.com")).toBe(true);
    expect(refused("169.254.169.254", settings, "corp.example.com")).toBe(true);
    expect(refused("127.0.0.1", settings, "corp.example.com")).toBe(true);
  });

  test.each(["10.0.0.0/33", "300.0.0.1", "a b", "", "https://x.example"])("%j is refused with what is allowed", (entry) => {
    expect(() => createEgressGuard({ strict: false, allow: [entry] })).toThrow(
      /is neither a CIDR, an address nor a host suffix\. Allowed:/,
    );
  });
});

test("a refusal says what the address is and the remedy", () => {
  const guard = createEgressGuard({ strict: true, allow: [] });
  expect(guard.refusal("x", "169.254.169.254")).toBe(
    "169.254.169.254 is a link-local address. Only an administrator can allow it: --allow-egress 169.254.169.254.",
  );
  expect(guard.refusal("x", "10.0.0.1")).toBe(
    "10.0.0.1 is a private address, and --strict-egress is set. Only an administrator can allow it: --allow-egress 10.0.0.1.",
  );
});

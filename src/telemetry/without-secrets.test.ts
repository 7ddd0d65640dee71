import { expect, test } from "vitest";
import { withoutSecrets } from "./without-secrets.ts";

test.each([
  ["POST https://hooks.example.com/services/T0/B0/xyz failed", "POST https://hooks.example.com/… failed"],
  ["see https://user:pass@example.com:8443/a?token=1#x.", "see https://example.com:8443/…."],
  ["https://user:pass@example.com", "https://example.com"],
  ["https://example.com?key=1", "https://example.com/…"],
  ["at https://example.com, then", "at https://example.com, then"],
  ["authorization: Bearer abcdefgh.12345678", "authorization: Bearer ***"],
  ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw is it", "*** is it"],
  ["ghs_0123456789abcdefghij0123 is not valid", "*** is not valid"],
  ["github_pat_0123456789abcdefghij0123", "***"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "***"],
  ["-----BEGIN PRIVATE KEY-----\nMIIE", "***"],
  ["a\u001b[31mred\u0000\r\nb", "a [31mred \nb"],
  ["Deployment shop/web: Replicas: 0/1", "Deployment shop/web: Replicas: 0/1"],
])("%j becomes %j", (text, expected) => {
  expect(withoutSecrets(text)).toBe(expected);
});

test("a megabyte takes no time", () => {
  for (const part of ["https://", "Bearer ", "-----BEGIN ", "@", "\u0000", "x"]) {
    const began = process.cpuUsage();
    withoutSecrets(part.repeat(1_000_000 / part.length));
    const { user } = process.cpuUsage(began);
    expect(user).toBeLessThan(2_000_000);
  }
});

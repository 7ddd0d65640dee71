import { describe, expect, test } from "vitest";
import { errorBlock, errorLine, shortenError } from "./error-text.ts";

/** Every message here but those marked "in the wild" is from a recording of a real Fleet. */
const notFound =
  'resource mapping not found for name: "x" namespace: "" from "": no matches for kind "Nothing" in version "nosuch.example.test/v1"\nensure CRDs are installed first';
const immutable = 'ConfigMap "im" is invalid: data: Forbidden: field is immutable when `immutable` is set';

describe("the essence of Fleet's errors", () => {
  test.each([
    [notFound, 'no matches for kind "Nothing" in version "nosuch.example.test/v1"'],
    [
      `ErrApplied(1) [Bundle s31-b: ${notFound}]; OutOfSync(2) [Bundle s32-a]`,
      'no matches for kind "Nothing" in version "nosuch.example.test/v1"',
    ],
    [immutable, 'ConfigMap "im": data: field is immutable when `immutable` is set'],
    [`cannot patch "im" with kind ConfigMap: ${immutable}`, 'ConfigMap "im": data: field is immutable when `immutable` is set'],
    [
      `ErrApplied(2) [Cluster fleet-default/d1: server-side apply failed for object s05/im /v1, Kind=ConfigMap: ${immutable}]`,
      'ConfigMap "im": data: field is immutable when `immutable` is set',
    ],
    [
      "error while running post render on files: yaml: line 2: mapping values are not allowed in this context",
      "yaml: line 2: mapping values are not allowed in this context",
    ],
    [
      "failed to process bundle: reading fleet.yaml: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'",
      "invalid fleet.yaml: line 1: did not find expected ',' or ']'",
    ],
    ["dependent bundle(s) are not ready: [s20-a]", "dependent bundle(s) are not ready: [s20-a]"],
    [
      "ErrApplied(2) [Bundle s20-b: dependent bundle(s) are not ready: [s20-a]]; NotReady(1) [Bundle s20-a]; deployment.apps s20/web [progressing] Replicas: 0/1",
      "dependent bundle(s) are not ready: [s20-a]",
    ],
    ["NotReady(1) [Bundle s16-a]; deployment.apps s16/web [progressing] Replicas: 0/1", "deployment.apps s16/web: Replicas: 0/1"],
    ['Modified(1) [Bundle s25-a]; configmap.v1 s25/cm-a modified {"data":{"value":"v"}}', "configmap.v1 s25/cm-a modified"],
    ["Request entity too large: limit is 3145728", "Request entity too large: limit is 3145728"],
    ["Job has reached the specified backoff limit", "Job has reached the specified backoff limit"],
    [
      'Get "https://github.com/acme/s23.git/info/refs?service=git-upload-pack": dial tcp github.com:443: connect: connection refused',
      "https://github.com/acme/s23.git/info/refs: connect: connection refused",
    ],
    [
      "disallowed repo https://github.com/acme/s22.git: https://github.com/acme/s22.git not in allowed set [^https://allowed\\.example\\.test/.*]",
      "disallowed repo https://github.com/acme/s22.git: https://github.com/acme/s22.git not in allowed set [^https://allowed\\.example\\.test/.*]",
    ],
    [
      'Bundle.fleet.cattle.io "s27-zz" is invalid: [metadata.labels: Invalid value: "bad/label/x": a valid label key must consist of alphanumeric characters',
      'Bundle.fleet.cattle.io "s27-zz": metadata.labels: "bad/label/x": a valid label key must consist of alphanumeric characters',
    ],
    // In the wild: an immutable selector, with Go's dump of it.
    [
      'cannot patch "web" with kind Deployment: Deployment.apps "web" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
      'Deployment.apps "web": spec.selector: field is immutable',
    ],
    // In the wild: the log of a Job.
    [
      'time="2026-11-23T12:00:00Z" level=info msg="cloning"\ntime="2026-11-23T12:00:01Z" level=fatal msg="authentication required: \\"no credentials\\""',
      'authentication required: "no credentials"',
    ],
    // In the wild: Helm.
    ["not installed: UPGRADE FAILED: timed out waiting for the condition", "timed out waiting for the condition"],
    ["", ""],
    ["error: ", "error:"],
  ])("%s", (message, essence) => {
    expect(errorLine(message)).toBe(essence);
  });

  test("control characters, direction marks and line ends go", () => {
    expect(errorLine("a\u001b[31mred\u202Eevil\r\nnext\u0000")).toBe("a[31mredevil next");
  });

  test("hostile text is read in linear time", () => {
    const before = performance.now();
    for (const unit of ["[", "]; ", ": ", "Invalid value: ", 'level=fatal msg="', "error ", " modified {", "\\"])
      errorLine(unit.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("the whole text, for a fenced block", () => {
  test("keeps line ends and ends where it was cut", () => {
    expect(errorBlock("one\r\ntwo\u0000\tthree", 12)).toBe("one\ntwo\tthr…");
  });
  test("never shows how a live object differs: it may be a Secret", () => {
    expect(errorBlock('secret.v1 shop/db modified {"data":{"password":"aHVudGVyMg=="}}; OutOfSync(1) [Bundle shop]')).toBe(
      "secret.v1 shop/db modified; OutOfSync(1) [Bundle shop]",
    );
  });
});

test("where there is no room, the essence is kept and not the beginning", () => {
  const dump = `Deployment.apps "web" is invalid: spec.selector: Invalid value: v1.LabelSelector{${"x".repeat(300)}}: field is immutable`;
  expect(shortenError(dump, 500)).toBe(dump);
  expect(shortenError(dump, 200)).toBe('Deployment.apps "web": spec.selector: field is immutable');
});

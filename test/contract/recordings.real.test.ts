import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { ContractTarget } from "./contract-target.ts";
import { realTarget } from "./real-target.ts";
import { recordingContract } from "./recordings.ts";

/** Different endings of Jobs, deletions with finalizers, and forty-five commits in a row. */
const files = [
  "0.16.1-01-first-deploy",
  "0.16.1-04-job-fails-then-fix",
  "0.16.1-10-paused",
  "0.16.1-21-gitrepo-deleted",
  "0.16.1-30-fuzz-7",
  "0.13.15-35-failed-job-deleted-by-hand",
];

const source = realTarget();
let started: Promise<ContractTarget>;
beforeAll(async () => {
  started = source.start();
  await started;
});
afterAll(() => source.stop());

recordingContract(
  () => started,
  files.map((file) => join(import.meta.dirname, `../recordings/${file}.jsonl.gz`)),
);

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach } from "vitest";
import { recordingContract } from "./recordings.ts";
import { simulatedTarget } from "./simulated-target.ts";

const folder = join(import.meta.dirname, "../recordings");
/** The newest Fleet has every scenario; the older ones differ in what they wrote, not in how. */
const files = readdirSync(folder).filter((file) => file.startsWith("0.16.1-"));
const target = simulatedTarget();
afterEach(() => target.stop());

recordingContract(
  () => target.start(),
  files.map((file) => join(folder, file)),
);

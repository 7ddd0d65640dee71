/** A worker thread: gets modules by path, answers with the same without their types. Node does it, as for every module of this repository. */
import { stripTypeScriptTypes } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const modules = Object.entries(workerData as Readonly<Record<string, string>>);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origins
parentPort?.postMessage(Object.fromEntries(modules.map(([path, text]) => [path, stripTypeScriptTypes(text)])));

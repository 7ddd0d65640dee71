/**
 * Starts the simulators alone, so that people can try a real client on them:
 *
 *   node simulator/main.ts [--kubernetes-port 9443] [--github-port 9091] [--receiver-port 9092]
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { startSimulators } from "./start-simulators.ts";

const { values } = parseArgs({
  options: {
    "kubernetes-port": { type: "string", default: "0" },
    "github-port": { type: "string", default: "0" },
    "receiver-port": { type: "string", default: "0" },
  },
});

const simulators = await startSimulators({
  print: (line) => console.log(line),
  kubernetesPort: Number(values["kubernetes-port"]),
  gitHubPort: Number(values["github-port"]),
  receiverPort: Number(values["receiver-port"]),
});
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await simulators.close();

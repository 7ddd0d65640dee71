import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installCrds } from "../control-plane/apply.ts";
import { startControlPlane } from "../control-plane/start.ts";
import type { ControlPlane } from "../control-plane/start.ts";
import { ApiClient } from "./api-client.ts";
import type { ContractTarget, ContractTargetSource } from "./contract-target.ts";

const deployCrds = join(import.meta.dirname, "../../deploy/crds");

/** A real kube-apiserver with Fleet's and Signalman's kinds as a contract's target. */
export function realTarget(): ContractTargetSource {
  let controlPlane: ControlPlane | null = null;
  return {
    async start(): Promise<ContractTarget> {
      controlPlane = await startControlPlane();
      const { url, token, certificateAuthority, kubeconfig } = controlPlane;
      const client = new ApiClient({ url, token, certificateAuthority });
      const crds = (await readdir(deployCrds)).map((file) => join(deployCrds, file));
      await installCrds(client, [join(import.meta.dirname, "../control-plane/fleet-crds.yaml"), ...crds]);
      await client.close();
      return {
        name: "real",
        url,
        token,
        certificateAuthority,
        kubeconfig,
        compact: () => controlPlane?.compact() ?? Promise.resolve(),
      };
    },
    async stop() {
      await controlPlane?.stop();
    },
  };
}

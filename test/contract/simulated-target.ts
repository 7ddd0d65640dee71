import { startKubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import type { KubernetesApi } from "../../simulator/faces/kubernetes-api.ts";
import { KubernetesObjects } from "../../simulator/world/kubernetes-objects.ts";
import type { ContractTarget, ContractTargetSource } from "./contract-target.ts";

/** The simulated API server as a contract's target. */
export function simulatedTarget(): ContractTargetSource {
  let api: KubernetesApi | null = null;
  return {
    async start(): Promise<ContractTarget> {
      const objects = new KubernetesObjects({ nowMs: Date.now() });
      api = await startKubernetesApi(objects, { bookmarkMs: 50 });
      return {
        name: "simulated",
        url: api.url,
        token: api.token,
        kubeconfig: api.kubeconfig,
        certificateAuthority: "",
        async compact() {
          objects.compact();
        },
      };
    },
    async stop() {
      await api?.close();
    },
  };
}

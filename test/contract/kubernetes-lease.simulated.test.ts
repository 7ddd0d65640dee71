import { kubernetesLeaseContract } from "./kubernetes-lease.ts";
import { simulatedTarget } from "./simulated-target.ts";

kubernetesLeaseContract(simulatedTarget());

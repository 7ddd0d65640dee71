import { kubernetesLeaseContract } from "./kubernetes-lease.ts";
import { realTarget } from "./real-target.ts";

kubernetesLeaseContract(realTarget());

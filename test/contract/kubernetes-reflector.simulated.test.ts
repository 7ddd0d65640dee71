import { kubernetesReflectorContract } from "./kubernetes-reflector.ts";
import { simulatedTarget } from "./simulated-target.ts";

kubernetesReflectorContract(simulatedTarget());

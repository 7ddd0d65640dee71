import { kubernetesReflectorContract } from "./kubernetes-reflector.ts";
import { realTarget } from "./real-target.ts";

kubernetesReflectorContract(realTarget());

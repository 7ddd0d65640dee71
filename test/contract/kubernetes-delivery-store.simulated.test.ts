import { kubernetesDeliveryStoreContract } from "./kubernetes-delivery-store.ts";
import { simulatedTarget } from "./simulated-target.ts";

kubernetesDeliveryStoreContract(simulatedTarget());

import { kubernetesDeliveryStoreContract } from "./kubernetes-delivery-store.ts";
import { realTarget } from "./real-target.ts";

kubernetesDeliveryStoreContract(realTarget());

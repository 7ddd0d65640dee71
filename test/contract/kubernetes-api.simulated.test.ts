import { describe } from "vitest";
import { kubernetesApiListContract } from "./kubernetes-api-lists.ts";
import { kubernetesApiContract } from "./kubernetes-api.ts";
import { simulatedTarget } from "./simulated-target.ts";

describe("simulated API server", () => {
  kubernetesApiContract(simulatedTarget());
});

describe("simulated API server, lists and watches", () => {
  kubernetesApiListContract(simulatedTarget());
});

import { describe } from "vitest";
import { kubernetesApiListContract } from "./kubernetes-api-lists.ts";
import { kubernetesApiContract } from "./kubernetes-api.ts";
import { realTarget } from "./real-target.ts";

describe("real API server", () => {
  kubernetesApiContract(realTarget());
});

describe("real API server, lists and watches", () => {
  kubernetesApiListContract(realTarget());
});

/** A Kubernetes API that a contract suite runs against: the simulated one or the real one. */
export interface ContractTarget {
  readonly name: "simulated" | "real";
  readonly url: string;
  /** A bearer token that may do everything. */
  readonly token: string;
  /** The text of a kubeconfig file with the two above. */
  readonly kubeconfig: string;
  /** PEM; "" where the server speaks plain HTTP. */
  readonly certificateAuthority: string;
  /** Makes the server forget its history up to now: continue tokens of earlier lists expire. */
  compact(): Promise<void>;
}

/** Starts a target before a suite and stops it after: `beforeAll(() => target.start())`, `afterAll(() => target.stop())`. */
export interface ContractTargetSource {
  start(): Promise<ContractTarget>;
  stop(): Promise<void>;
}

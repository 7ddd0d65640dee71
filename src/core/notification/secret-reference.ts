/** One key of one Secret. */
export interface SecretReference {
  /** The Notification's own namespace, unless a ClusterNotification names one. */
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

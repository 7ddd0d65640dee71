/** When the clusters are looked at. */
export interface ClusterWatch {
  /** Infinity: nothing to look for. */
  dueMs: number;
  lookedMs: number;
  /** Since when this process knows the clusters. */
  syncedMs: number;
}

/** What one cluster really runs of one bundle. */
export interface LiveContent {
  readonly manifest: string;
  /** The commit that it was cloned from. */
  readonly sha: string;
  /** False while something of it is unhealthy. */
  readonly isHealthy: boolean;
  /** False where something of it is not as the manifest says: partly applied, or changed by hand. */
  readonly isWhole: boolean;
}

/** `GitRepo namespace/name/bundle path` → what really is live on one cluster; `revision` grows with every change. */
export class LiveContents extends Map<string, LiveContent> {
  revision = 0;

  override set(key: string, content: LiveContent): this {
    this.revision += 1;
    return super.set(key, content);
  }

  override delete(key: string): boolean {
    this.revision += 1;
    return super.delete(key);
  }
}

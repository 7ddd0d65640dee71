import type { LiveContent } from "./fleet-model.ts";

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

import type { DemoWorld } from "../demo-world.ts";
import type { StoryStep } from "./demo-story.ts";
import type { Expectation } from "./expectation.ts";

export interface PlayOptions {
  /** Called before each step. */
  readonly onStep: (title: string) => void;
  /** How long a step's expectations may stay unmet, in milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Plays a story to its end. Rejects where a step's expectations are not met in time (and says which), or when it is called off. */
export async function playStory(world: DemoWorld, steps: readonly StoryStep[], options: PlayOptions): Promise<void> {
  for (const { title, act } of steps) {
    options.signal.throwIfAborted();
    options.onStep(title);
    const expectations = await act(world);
    await met(world, expectations, { title, ...options });
  }
}

async function met(
  world: DemoWorld,
  expectations: readonly Expectation[],
  { title, patienceMs, signal }: Omit<PlayOptions, "onStep"> & { title: string },
): Promise<void> {
  const missing = () => expectations.filter((expectation) => !expectation.holds(world));
  await new Promise<void>((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      unfollow();
      signal.removeEventListener("abort", abandon);
      finish();
    };
    const abandon = () => end(() => reject(signal.reason as Error));
    const look = () => {
      if (missing().length === 0) end(resolve);
    };
    const timer = setTimeout(() => {
      const texts = missing().map(({ text }) => `- ${text}`);
      end(() => reject(new Error(`"${title}" was not seen through in ${patienceMs} ms. Still missing:\n${texts.join("\n")}`)));
    }, patienceMs);
    const unfollow = world.onChange(look);
    signal.addEventListener("abort", abandon, { once: true });
    if (signal.aborted) abandon();
    else look();
  });
}

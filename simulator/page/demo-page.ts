import type { DemoWorld } from "../demo-world.ts";
import type { ProductProcess } from "../product-process.ts";
import { Chronicle } from "./chronicle.ts";
import { demoActs } from "./demo-acts.ts";
import { observeDemo } from "./observe-demo.ts";
import { startPageServer } from "./page-server.ts";

export interface DemoPageOptions {
  readonly world: DemoWorld;
  readonly product: ProductProcess;
  /** 0: one that is free. */
  readonly port: number;
  /** What `signalman explain` prints now. */
  readonly explain: () => Promise<string>;
  /** Somebody has pressed a button. */
  readonly onAct: () => void;
}

export interface DemoPage {
  readonly url: string;
  /** The step of the story that begins; null where it has ended. */
  step(title: string | null): void;
  close(): Promise<void>;
}

/** So often is the explanation made anew while somebody looks: each time reads the whole cluster, as `signalman explain` does. */
const explainEveryMs = 500;

/** The demo's page: watches the world from now on and serves what it sees. */
export async function startDemoPage({ world, product, port, explain, onAct }: DemoPageOptions): Promise<DemoPage> {
  const chronicle = new Chronicle(world, product);
  const startMs = world.gitHub.now();
  let step: string | null = null;
  let explanation = "";
  let explaining: Promise<void> = Promise.resolve();
  const server = await startPageServer({
    port,
    view: () => observeDemo({ world, chronicle, product, startMs, step, explanation }),
    acts: demoActs({ world, product }),
    onAct,
  });
  const explainAgain = async () => {
    const text = await explain();
    if (text === explanation) return;
    explanation = text;
    server.changed();
  };
  let isExplaining = false;
  const timer = setInterval(() => {
    if (server.viewers === 0 || isExplaining) return;
    isExplaining = true;
    explaining = explainAgain().finally(() => (isExplaining = false));
  }, explainEveryMs);
  const endings = [world.onChange(() => server.changed()), product.onChange(() => server.changed())];
  return {
    url: server.url,
    step: (title) => {
      step = title;
      server.changed();
    },
    close: async () => {
      clearInterval(timer);
      for (const end of endings) end();
      chronicle.stop();
      await Promise.all([server.close(), explaining]);
    },
  };
}

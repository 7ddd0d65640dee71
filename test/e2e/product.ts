import { resolve } from "node:path";
import { ProductProcess } from "../../simulator/product-process.ts";

const root = resolve(import.meta.dirname, "../..");

export interface ProductOptions {
  readonly kubeconfigPath: string;
  readonly gitHubUrl: string;
  readonly gitHubToken: string;
  /** Speaks to GitHub as this App, in place of the token. */
  readonly app?: { readonly id: number; readonly privateKey: string };
  /** Containers of one Pod follow each other; "" for a process of its own. */
  readonly podUid: string;
  /** Variables beside those. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The product as a clone of the repository starts it. What came of the start is told by `ready`: it may be killed before. */
export function startProduct({ kubeconfigPath, gitHubUrl, gitHubToken, podUid, env = {}, app }: ProductOptions): ProductProcess {
  const product = new ProductProcess({
    program: resolve(root, "bin/signalman"),
    args: [
      app === undefined ? "--no-app" : "--port=0",
      "--allow-egress=127.0.0.0/8",
      "--ops-port=0",
      "--host=127.0.0.1",
      "--namespace=signalman",
    ],
    env: {
      KUBECONFIG: kubeconfigPath,
      GITHUB_API_URL: gitHubUrl,
      ...(app === undefined
        ? { GITHUB_TOKEN: gitHubToken }
        : { APP_ID: String(app.id), PRIVATE_KEY: app.privateKey, WEBHOOK_SECRET: "e2e-secret" }),
      ...(podUid === "" ? {} : { POD_UID: podUid }),
      ...env,
    },
  });
  product.start().catch(() => {});
  return product;
}

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

export interface Asset {
  readonly contentType: string;
  readonly text: string;
}

/** What is served, and nothing else. */
const files: ReadonlyMap<string, string> = new Map([
  ["/", "page.html"],
  ["/page.css", "page.css"],
  ["/icon.svg", "icon.svg"],
  ...["page", "element", "git", "pull-request", "promises", "said", "controls"].map((it) => [`/${it}.ts`, `${it}.ts`] as const),
]);

const contentTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  ts: "text/javascript; charset=utf-8",
};

/** The page's files by the path that a browser asks for, read once; modules without their types. */
export async function loadPageAssets(): Promise<ReadonlyMap<string, Asset>> {
  const loaded = [...files].map(async ([path, file]) => {
    const text = await readFile(join(import.meta.dirname, "browser", file), "utf8");
    return [path, text] as const;
  });
  const texts = Object.fromEntries(await Promise.all(loaded));
  const modules = Object.fromEntries(Object.entries(texts).filter(([path]) => path.endsWith(".ts")));
  const stripped = { ...texts, ...(await withoutTypes(modules)) };
  return new Map(
    Object.entries(stripped).map(([path, text]) => {
      const extension = (files.get(path) ?? "").split(".")[1] ?? "";
      return [path, { contentType: contentTypes[extension] ?? "text/plain", text }];
    }),
  );
}

/** In a thread of its own, whose flag keeps Node's warning about the function that it calls off the terminal where the story is told. */
async function withoutTypes(modules: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const worker = new Worker(join(import.meta.dirname, "strip-types-worker.ts"), {
    workerData: modules,
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const [stripped] = (await once(worker, "message")) as [Readonly<Record<string, string>>];
  await worker.terminate();
  return stripped;
}

/** As much of a browser as following GitHub's manifest flow takes. */

export interface ShownPage {
  readonly status: number;
  readonly html: string;
}

export async function pageAt(url: string): Promise<ShownPage> {
  const response = await fetch(url, { redirect: "manual" });
  return { status: response.status, html: await response.text() };
}

/** The form of `setup`'s page. */
export async function startForm(page: string): Promise<{ readonly action: string; readonly manifest: string }> {
  const { html } = await pageAt(page);
  const [, action = ""] = /<form method="post" action="([^"]+)"/.exec(html) ?? [];
  const [, manifest = ""] = /name="manifest" value="([^"]+)"/.exec(html) ?? [];
  return { action: unescaped(action), manifest: unescaped(manifest) };
}

/** Presses the button, agrees on GitHub, and follows the way back; returns the last page's HTML. */
export async function followManifest(page: string): Promise<string> {
  const { action, manifest } = await startForm(page);
  const agreed = await fetch(action, { method: "POST", body: new URLSearchParams({ manifest }), redirect: "manual" });
  await agreed.body?.cancel();
  return (await pageAt(agreed.headers.get("location") ?? "")).html;
}

function unescaped(html: string): string {
  const known: Readonly<Record<string, string>> = {
    "&quot;": '"',
    "&lt;": "<",
    "&gt;": ">",
    "&#x3D;": "=",
    "&#x27;": "'",
    "&#x60;": "`",
    "&amp;": "&",
  };
  return html.replaceAll(/&(?:quot|lt|gt|amp|#x\w\w);/g, (it) => known[it] ?? it);
}

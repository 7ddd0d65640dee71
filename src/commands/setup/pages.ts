import { escapeHtml } from "../../core/template/escape-html.ts";

/** A page of `setup`: no script, nothing from elsewhere. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

interface Beginning {
  /** GitHub's page for it, with the state. */
  readonly registerUrl: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** What GitHub will be asked, and the button that asks it: a manifest can only be posted by a browser that is logged in there. */
export function startPage({ registerUrl, manifest }: Beginning): Page {
  const permissions = Object.entries(manifest["default_permissions"] as Readonly<Record<string, string>>);
  const rows = permissions.map(([name, level]) => `<li>${escapeHtml(name)}: ${escapeHtml(level)}</li>`);
  const { host } = new URL(registerUrl);
  return {
    status: 200,
    title: "Create Signalman's GitHub App",
    body:
      `<p>The App asks for these permissions on the repositories that you install it on:</p><ul>${rows.join("")}</ul>` +
      `<form method="post" action="${escapeHtml(registerUrl)}">` +
      `<input type="hidden" name="manifest" value="${escapeHtml(JSON.stringify(manifest))}">` +
      `<button>Continue to ${escapeHtml(host)}</button></form>`,
  };
}

export function donePage({ name, installUrl }: { readonly name: string; readonly installUrl: string }): Page {
  return {
    status: 200,
    title: `${name} is registered, and its keys are stored`,
    body: `<p><a href="${escapeHtml(installUrl)}">Install it on your repositories</a>. The terminal says what else there is to do.</p>`,
  };
}

/** `text` is what went wrong, in one sentence or two. */
export function refusalPage(status: number, text: string): Page {
  return { status, title: "This did not work", body: `<p>${escapeHtml(text)}</p>` };
}

export function htmlOf({ title, body }: Page): string {
  const head = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`;
  return `<!DOCTYPE html><html lang="en"><head>${head}</head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>\n`;
}

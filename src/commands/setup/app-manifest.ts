import { z } from "zod";
import { parse } from "yaml";
import { hooksPath } from "../../github/start-github.ts";

const appFile = z.object({
  name: z.string(),
  description: z.string(),
  url: z.url(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

interface ManifestOptions {
  /** "": as in app.yml. */
  readonly name: string;
  /** Where GitHub reaches Signalman; "": nowhere. */
  readonly publicUrl: string;
  readonly redirectUrl: string;
}

/**
 * What GitHub is asked to register: app.yml's permissions and events
 * (https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest). Without a public URL its webhook is off and no event
 * is asked for. Throws where `appYaml` is none.
 */
export function appManifest(
  appYaml: string,
  { name, publicUrl, redirectUrl }: ManifestOptions,
): Readonly<Record<string, unknown>> {
  const { default_events: events, ...app } = appFile.parse(parse(appYaml));
  const hook =
    publicUrl === ""
      ? { hook_attributes: { url: app.url, active: false } }
      : { hook_attributes: { url: `${publicUrl}${hooksPath}`, active: true }, default_events: events };
  return { ...app, ...(name !== "" && { name }), redirect_url: redirectUrl, ...hook };
}

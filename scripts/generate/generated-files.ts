import { customResourceDefinition } from "./custom-resource-definition.ts";
import { eventReference } from "./event-reference.ts";
import { notificationReference } from "./notification-reference.ts";
import { customResources } from "./resources.ts";
import { settingsReference } from "./settings-reference.ts";

/** Every file that is made from the program's own schemas: path from the repository's root, and text. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const definitions = customResources.map((it) => [`deploy/crds/${it.plural}.yaml`, customResourceDefinition(it)] as const);
  return new Map([
    ...definitions,
    ["docs/reference/events.md", `${eventReference()}\n`],
    ["docs/reference/notification.md", notificationReference()],
    ["docs/reference/settings.md", settingsReference()],
  ]);
}

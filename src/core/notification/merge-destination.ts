import { mergeWebhook } from "./merge-webhook.ts";
import { gitHubTypeOf, type WrittenGitHub } from "./github/git-hub-types.ts";
import type { WrittenDestination } from "./written-destination.ts";

/**
 * A destination of a ClusterNotification, overridden by the one of the same name in a Notification. Field by field; a list or map is one
 * field. Another type than above inherits nothing, and who changes where a webhook goes, or where GitHub is, inherits no credentials.
 */
export function mergeDestination(upper: WrittenDestination, lower: WrittenDestination): WrittenDestination {
  const upperType = typeOf(upper);
  const lowerType = typeOf(lower);
  // Where no type is written, the level only changes what another one has: that is no other type.
  if (lowerType !== null && upperType !== null && lowerType !== upperType) return lower;
  return {
    ...upper,
    ...given(lower),
    ...(upper.github !== undefined && { github: mergeGitHub(upper.github, lower.github) }),
    ...(upper.webhook !== undefined && { webhook: mergeWebhook(upper.webhook, lower.webhook) }),
  };
}

function typeOf({ github, webhook }: WrittenDestination): string | null {
  if (webhook !== undefined) return "webhook";
  return github === undefined ? null : gitHubTypeOf(github);
}

/** Who changes where GitHub is inherits nothing that says who we are there (design §3), as with a webhook. */
function mergeGitHub(upper: WrittenGitHub, lower: WrittenGitHub | undefined): WrittenGitHub {
  const type = gitHubTypeOf(upper);
  if (type === null || lower === undefined) return upper;
  const isMoved = lower.apiUrl !== undefined && lower.apiUrl !== upper.apiUrl;
  const { auth, ...inherited } = upper;
  return {
    ...inherited,
    ...(auth !== undefined && !isMoved && { auth }),
    ...given(lower),
    [type]: { ...upper[type], ...given(lower[type] ?? {}) },
  };
}

/** The fields that are there: `undefined` overrides nothing. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

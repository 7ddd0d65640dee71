/** A Notification whose commit statuses have this context. */
export function withContext(object: unknown, context: string): unknown {
  const notification = object as { spec: { destinations: readonly { name: string }[] } };
  const destinations = notification.spec.destinations.map((it) => {
    return it.name === "status" ? { ...it, github: { commitStatus: { context } } } : it;
  });
  return { ...notification, spec: { ...notification.spec, destinations } };
}

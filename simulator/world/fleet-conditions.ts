/** An entry of `status.conditions` as Fleet writes it: no transition times, and no empty texts. */
export interface FleetCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime: string;
}

export interface ConditionChange {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

/**
 * The conditions with one set anew. Its time moves only where something changes, so an identical new error cannot be told from the
 * former one (fleet-facts §2.1).
 */
export function withCondition(
  conditions: readonly FleetCondition[] | undefined,
  change: ConditionChange,
  time: string,
): readonly FleetCondition[] {
  const { type, status, reason = "", message = "" } = change;
  const list = conditions ?? [];
  const current = list.find((condition) => condition.type === type);
  if (current?.status === status && (current.reason ?? "") === reason && (current.message ?? "") === message) return list;
  const next: FleetCondition = {
    lastUpdateTime: time,
    ...(message === "" ? {} : { message }),
    ...(reason === "" ? {} : { reason }),
    status,
    type,
  };
  return current === undefined ? [...list, next] : list.map((condition) => (condition === current ? next : condition));
}

export function conditionOf(conditions: readonly FleetCondition[] | undefined, type: string): FleetCondition | null {
  return conditions?.find((condition) => condition.type === type) ?? null;
}

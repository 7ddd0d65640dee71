import { type RawObject, listOf, messageOf, nameOf, objectOf } from "./raw-value.ts";
import type { ConditionRecord } from "./record.ts";

// Most conditions are bare: 25,000 BundleDeployments share these instead of holding 100,000 of their own.
const bare: Readonly<Record<string, ConditionRecord>> = {
  True: { status: "True", reason: "", message: "" },
  False: { status: "False", reason: "", message: "" },
  Unknown: { status: "Unknown", reason: "", message: "" },
};

/** The entry of `status.conditions` with that type; null where there is none. */
export function conditionOf(status: RawObject, type: string): ConditionRecord | null {
  for (const entry of listOf(status["conditions"])) {
    const condition = objectOf(entry);
    if (condition["type"] === type) return projectCondition(condition);
  }
  return null;
}

function projectCondition(condition: RawObject): ConditionRecord {
  const status = nameOf(condition["status"]);
  const reason = nameOf(condition["reason"]);
  const message = messageOf(condition["message"]);
  return (reason === "" && message === "" ? bare[status] : undefined) ?? { status, reason, message };
}

import { z } from "zod";
import { limits } from "../limits.ts";
import { checked, mapOf, text } from "./schema-parts.ts";

const labelKeyPattern = "^([a-z0-9][-a-z0-9.]{0,252}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

const labelKey = text({
  max: limits.labelKeyMax,
  pattern: labelKeyPattern,
  code: "InvalidName",
  allowed: 'the key of a label: letters, digits, "-", "_" and ".", at most 63, after an optional "prefix/"',
});
const labelValue = text({
  min: 0,
  max: limits.labelValueMax,
  pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
  code: "InvalidName",
  allowed: 'the value of a label: letters, digits, "-", "_" and "."',
});

const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

const labelExpression = checked(
  z.strictObject({
    key: labelKey.describe("Key of the label."),
    operator: z
      .enum(operators)
      .describe(
        "In and NotIn compare with values; Exists and DoesNotExist ask for the key alone. NotIn holds where the label is absent.",
      ),
    values: z.array(labelValue).max(limits.labelValuesMax).optional().describe("What the label's value is compared with."),
  }),
  {
    complain: ({ operator, values = [] }) => {
      const needsValues = operator === "In" || operator === "NotIn";
      if (needsValues === values.length > 0) return [];
      const message = needsValues
        ? `${operator} needs at least one value. Add values, or use Exists or DoesNotExist.`
        : `${operator} takes no values. Remove values, or use In or NotIn.`;
      return [{ code: "InvalidSelector", path: ["values"], message }];
    },
    cel: [
      {
        rule: "self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0",
        message: "In and NotIn need at least one value; Exists and DoesNotExist take none",
        fieldPath: ".values",
      },
    ],
  },
);

/** A label selector as in any Kubernetes object; `whose` labels it is about, in the plural. */
export const labelSelectorSchema = (whose: string) =>
  z
    .strictObject({
      matchLabels: mapOf(labelKey, labelValue, {
        max: limits.labelTermsMax,
        cel: [
          {
            rule: `self.all(key, key.matches('${labelKeyPattern}'))`,
            message: "the key of a label is letters, digits, -, _ and .",
          },
        ],
      }).describe(`Labels that ${whose} must have, with these values.`),
      matchExpressions: z.array(labelExpression).max(limits.labelTermsMax).describe("Conditions on labels; all must hold."),
    })
    .partial()
    .describe(`Labels of ${whose}, as in any Kubernetes selector. All of it must hold.`);

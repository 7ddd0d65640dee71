import { checkTemplate } from "../template/check-template.ts";
import type { Shape } from "../template/shape.ts";
import type { Complaint } from "./schema-parts.ts";

/** What is wrong with a template in a field at `path`; `contentType` says how what is inserted is escaped, `shape` what the template sees. */
export function templateComplaints(
  source: string,
  { path = [], ...kind }: { readonly contentType: string; readonly shape?: Shape; readonly path?: readonly string[] },
): readonly Complaint[] {
  return checkTemplate(source, kind).map(({ code, line, column, message }): Complaint => {
    return { code, path, message: `Line ${line}, column ${column}: ${message}`, at: { line, column } };
  });
}

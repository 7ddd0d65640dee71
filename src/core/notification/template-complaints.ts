import { checkTemplate } from "../template/check-template.ts";
import type { Complaint } from "./schema-parts.ts";

/** What is wrong with a template in a field at `path`; `contentType` says how what is inserted is escaped. */
export function templateComplaints(
  source: string,
  { contentType, path = [] }: { readonly contentType: string; readonly path?: readonly string[] },
): readonly Complaint[] {
  return checkTemplate(source, { contentType }).map(({ code, line, column, message }): Complaint => {
    return { code, path, message: `Line ${line}, column ${column}: ${message}`, at: { line, column } };
  });
}

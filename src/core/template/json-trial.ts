import { renderTemplate } from "./evaluate.ts";
import type { Template } from "./parse-template.ts";
import { contextShape, type Shape } from "./shape.ts";
import { TemplateError, type TemplateProblem } from "./template-problem.ts";

/**
 * What is wrong with a template that makes JSON neither where everything is there nor where everything is empty; null where it makes some, or where
 * something else goes wrong. A template that makes JSON of some events alone is left to them.
 */
export function jsonTrial(template: Template): TemplateProblem | null {
  const full = problemOf(template, { isFull: true });
  return full === null || problemOf(template, { isFull: false }) === null ? null : full;
}

function problemOf(template: Template, { isFull }: { isFull: boolean }): TemplateProblem | null {
  try {
    renderTemplate(template, { context: sampleOf(contextShape, isFull) as object, escaping: "json" });
    return null;
  } catch (error) {
    const problem = error instanceof TemplateError ? error.problem : null;
    return problem?.code === "TemplateJson" ? problem : null;
  }
}

/** A value of the shape; a text that is a time too, so that every helper takes it. */
function sampleOf(shape: Shape, isFull: boolean): unknown {
  switch (shape.kind) {
    case "text":
      return isFull ? "2026-11-23T12:00:00Z" : "";
    case "number":
      return isFull ? 1 : 0;
    case "boolean":
      return isFull;
    case "nothing":
      return null;
    case "list":
      return isFull ? [sampleOf(shape.item, isFull)] : [];
    case "object":
      return Object.fromEntries([...shape.fields].map(([name, it]) => [name, sampleOf(it, isFull)]));
  }
}

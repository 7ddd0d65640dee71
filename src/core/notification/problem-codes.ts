import type { TemplateProblemCode } from "../template/template-problem.ts";

/**
 * Every code that a problem of a Notification may have, with what it means. Codes are stable: scripts and alerts may rely on them.
 * docs/troubleshooting.md explains exactly these.
 */
export const problemCodes = {
  AmbiguousYaml: "A word without quotes that kubectl reads as true or false",
  ContextConflict: "Two destinations would write the same commit status; the younger one does not",
  DestinationType: "A destination has no type, or more than one",
  DuplicateHeader: "Two headers have the same name; upper and lower case are the same",
  DuplicateName: "Two destinations or two targets of one Notification have the same name",
  DuplicateValue: "A list names the same thing twice",
  DurationOutOfRange: "A duration is shorter or longer than allowed",
  EventNotTheirs: "A GitHub destination cannot report this event",
  InvalidAuth: "auth says neither bearer nor basic, or both",
  InvalidDuration: "A text is not a duration",
  InvalidHeaderName: "A header's name is not one that HTTP allows",
  InvalidHeaderValue: "A header's value holds what HTTP does not allow",
  InvalidName: "A name has letters that Kubernetes or Signalman does not allow there",
  InvalidPattern: "A pattern for names has letters that no name has",
  InvalidSelector: "A label selector's operator and values do not fit together",
  InvalidUrl: "A text is not an http or https URL",
  InvalidYaml: "A file is not YAML",
  MissingField: "Something required is not there",
  NotAnObject: "What was given is no Kubernetes object of this kind",
  ReservedHeader: "A header is set by Signalman or by HTTP itself",
  TemplateArguments: "A helper of a template got too many or too few arguments",
  TemplateBudget: "A template takes too many steps or makes too long a text",
  TemplateJson: "A template does not make JSON",
  TemplateSyntax: "A template cannot be read",
  TemplateTooLarge: "A template is too long or too deeply nested",
  TemplateType: "A template uses a value as what it is not: an object as a text, a text as a list, …",
  TemplateUnknownField: "A template names a field that the event does not have",
  TemplateUnknownHelper: "A template calls a helper that does not exist",
  TemplateUnsupported: "A template uses a part of Handlebars that is not supported",
  TooFew: "A list or an object has fewer entries than needed",
  TooLong: "A text is longer than allowed",
  TooMany: "A list or an object has more entries than allowed",
  UnknownField: "A field that does not exist",
  UnknownValue: "A value that is none of the allowed ones",
  UnreadableFile: "A file cannot be read",
  UnusedField: "A field that nothing reads in this combination",
  UrlCredentials: "A URL has a user name or password in it",
  WrongType: "A value of another type: a number for a text, a text for a list, …",
} as const satisfies Readonly<Record<string, string>> & Readonly<Record<TemplateProblemCode, string>>;
export type ProblemCode = keyof typeof problemCodes;

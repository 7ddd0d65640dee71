/**
 * A text from outside (an error of a receiver, of a library) without what might be a credential in it, for logs, conditions and Kubernetes
 * events. URLs keep their scheme and host: for many receivers the path is the secret. Control characters become spaces.
 */
export function withoutSecrets(text: string): string {
  return (
    text
      .replace(/\b(https?:\/\/)[^\s/?#"'<>@]*@/gi, "$1")
      .replace(/\b(https?:\/\/[^\s/?#"'<>]+)[/?#][^\s"'<>]*[^\s"'<>.,:;)]/gi, "$1/…")
      .replace(/\b(Bearer|Basic|token)\s+[\w.~+/=-]{8,}/gi, "$1 ***")
      .replace(
        /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[a-z]-[\w-]{10,}|whsec_[\w+/=]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g,
        "***",
      )
      .replace(/-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, "***")
      // oxlint-disable-next-line no-control-regex -- these are what is to go
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g, " ")
  );
}

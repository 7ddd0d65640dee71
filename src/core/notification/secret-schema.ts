import { z } from "zod";
import { limits } from "../limits.ts";
import { dnsNamePattern, namespaceName, text } from "./schema-parts.ts";

const name = text({
  max: limits.globLengthMax,
  pattern: dnsNamePattern,
  code: "InvalidName",
  allowed: 'a name of Kubernetes. Use small letters, digits, "-" and "."',
});

const key = text({
  max: limits.globLengthMax,
  pattern: "^[-._a-zA-Z0-9]+$",
  code: "InvalidName",
  allowed: 'a key of a Secret. Use letters, digits, "-", "_" and "."',
});

const fields = {
  name: name.describe("Name of the Secret."),
  key: key.describe("Which of its keys."),
};

/** One key of one Secret in the Notification's own namespace. */
export const secretSchema = z.strictObject(fields);

/** A ClusterNotification has no namespace of its own, so it says which. */
export const clusterSecretSchema = z.strictObject({ namespace: namespaceName.describe("Namespace of the Secret."), ...fields });

export type SecretSchema = typeof secretSchema | typeof clusterSecretSchema;

/** A Secret whose keys have fixed names. In which namespace is said where `secret` says it. */
export function secretWithoutKey(secret: SecretSchema) {
  return "namespace" in secret.shape ? clusterSecretSchema.omit({ key: true }) : secretSchema.omit({ key: true });
}

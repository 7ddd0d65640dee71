import { z } from "zod";
import { headerNameSchema } from "./header-schema.ts";
import { checked, complainOfChoice, type Complaint } from "./schema-parts.ts";
import { type SecretSchema, secretWithoutKey } from "./secret-schema.ts";

const authKinds = ["bearer", "basic", "header"] as const;

/** Who the receiver is told that we are. */
export function authSchema(secret: SecretSchema) {
  const bearer = z
    .strictObject({ secretRef: secret.describe("The token.") })
    .describe("Authorization: Bearer, with a token from a Secret.");
  const basic = z
    .strictObject({
      usernameSecretRef: secret.describe("The user name."),
      passwordSecretRef: secret.describe("The password."),
    })
    .describe("Authorization: Basic, with a user name and password from a Secret.");
  const header = z
    .strictObject({
      name: headerNameSchema.describe("Name of the header: X-Api-Key, or Authorization for a scheme of its own."),
      secretRef: secret.describe("The header's whole value."),
    })
    .describe("A header whose value comes from a Secret.");
  return checked(z.strictObject({ bearer, basic, header }).partial(), {
    complain: (auth) => complainOfChoice(auth, { code: "InvalidAuth", owner: "auth", choices: authKinds }),
    cel: [
      {
        rule: `[${authKinds.map((it) => `has(self.${it})`).join(", ")}].filter(it, it).size() == 1`,
        message: "exactly one of bearer, basic and header is needed",
      },
    ],
  }).describe("How the request says who it comes from. Exactly one of bearer, basic and header.");
}

export function signingSchema(secret: SecretSchema) {
  return z
    .strictObject({
      secretRef: secret.describe("The secret: whsec_ and the base64 of 24 to 64 random bytes."),
      previousSecretRef: secret
        .optional()
        .describe("While the secret is being changed: the one before, with which requests are signed as well."),
    })
    .describe("Requests are signed as Standard Webhooks 1.0 says (webhook-signature).");
}

export function tlsSchema(secret: SecretSchema) {
  const fields = {
    caSecretRef: secret.describe("Certificates (PEM) of the authorities that are trusted, in place of the system's."),
    clientCertSecretRef: secretWithoutKey(secret).describe(
      "A Secret of type kubernetes.io/tls: the certificate (tls.crt) and key (tls.key) that the receiver is shown.",
    ),
  };
  return checked(z.strictObject(fields).partial(), {
    complain: (tls) => (Object.keys(tls).length > 0 ? [] : [emptyTls]),
    cel: [
      { rule: "has(self.caSecretRef) || has(self.clientCertSecretRef)", message: "caSecretRef or clientCertSecretRef is needed" },
    ],
  }).describe("Whom the receiver's certificate has to come from, and which one it is shown.");
}

const emptyTls: Complaint = {
  code: "MissingField",
  message: "tls has neither caSecretRef nor clientCertSecretRef. Add one of them, or remove tls.",
};

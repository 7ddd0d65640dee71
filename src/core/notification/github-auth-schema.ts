import { z } from "zod";
import { checked, complainOfChoice } from "./schema-parts.ts";
import { type SecretSchema, secretWithoutKey } from "./secret-schema.ts";

const authKinds = ["tokenSecretRef", "appSecretRef"] as const;

/** Who writes on GitHub in place of Signalman's own App or token. */
export function gitHubAuthSchema(secret: SecretSchema) {
  const fields = {
    tokenSecretRef: secret.describe("A token of GitHub's."),
    appSecretRef: secretWithoutKey(secret).describe("Another GitHub App: a Secret with the keys appId and privateKey (PEM)."),
  };
  return checked(z.strictObject(fields).partial(), {
    complain: (auth) => complainOfChoice(auth, { code: "InvalidAuth", owner: "auth", choices: authKinds }),
    cel: [
      {
        rule: "has(self.tokenSecretRef) != has(self.appSecretRef)",
        message: "exactly one of tokenSecretRef and appSecretRef is needed",
      },
    ],
  }).describe("Who writes on GitHub, in place of Signalman's own App or token. Exactly one of tokenSecretRef and appSecretRef.");
}

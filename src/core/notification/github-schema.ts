import { z } from "zod";
import { gitHubAuthSchema } from "./github-auth-schema.ts";
import { checked, complainOfChoice } from "./schema-parts.ts";
import { gitHubTypeNames, gitHubTypes } from "./github/git-hub-types.ts";
import type { GitHubTypeName } from "./github/git-hub-types.ts";
import type { SecretSchema } from "./secret-schema.ts";
import { gitHubUrlSchema } from "./webhook-url-schema.ts";

type Shape = { readonly [Name in GitHubTypeName]: (typeof gitHubTypes)[Name]["schema"] };

const shape = Object.fromEntries(Object.entries(gitHubTypes).map(([name, { schema }]) => [name, schema])) as unknown as Shape;
const names = gitHubTypeNames.join(", ");

/** What is written to the GitRepo's own repository on GitHub. */
export function gitHubSchema(secret: SecretSchema) {
  const fields = {
    ...shape,
    auth: gitHubAuthSchema(secret),
    apiUrl: gitHubUrlSchema.describe(
      "Base of the API of another GitHub than Signalman's own, like https://github.example.com/api/v3 of a GHES. Needs auth. GitRepos whose repository is not there are not reported to it.",
    ),
  };
  return checked(z.strictObject(fields).partial(), {
    complain: (github) => {
      return complainOfChoice(github, {
        code: "DestinationType",
        owner: "github",
        choices: gitHubTypeNames,
        remedy: "Make one destination for each.",
      });
    },
    cel: [
      {
        rule: `[${gitHubTypeNames.map((it) => `has(self.${it})`).join(", ")}].filter(it, it).size() == 1`,
        message: `exactly one of ${names} is needed`,
      },
    ],
  }).describe(`Something in the GitRepo's own repository on GitHub. Exactly one of ${names}.`);
}

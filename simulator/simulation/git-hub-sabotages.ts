import type { Octokit } from "@octokit/rest";
import { type Sabotage, sabotage } from "./sabotage.ts";
import { botLogin } from "./simulated-git-hub.ts";

const replaced = /^(Deployed with|.* contains this)/;

/** What is broken between a destination and GitHub. */
export const gitHubSabotages: Readonly<Record<string, Sabotage>> = {
  "status-not-asked": sabotage("GitHub is not asked which status it shows before one is written again", {
    io: (io) => ({ ...io, github: async (...where) => listing(await io.github(...where), /\/statuses$/, () => []) }),
  }),
  "slots-forgotten": sabotage("what was written into a slot is not remembered, and not asked for", {
    io: (io) => ({
      ...io,
      inSlot: async (slot, work) => await io.inSlot(slot, async () => await work({ get: () => null, set: () => {} })),
      github: async (...where) => listing(await io.github(...where), /\/statuses$/, () => []),
    }),
  }),
  "marker-only": sabotage("a comment is found by its marker, whoever wrote it", {
    io: (io) => ({
      ...io,
      github: async (...where) =>
        listing(await io.github(...where), /\/comments$/, (entries) =>
          entries.map((it) => ({ ...(it as object), user: { login: botLogin } })),
        ),
    }),
  }),
  "page-1-only": sabotage("a comment is looked for on the first page alone", {
    io: (io) => ({
      ...io,
      github: async (...where) => listing(await io.github(...where), /\/comments$/, (entries, page) => (page > 1 ? [] : entries)),
    }),
  }),
  "replaced-left-pending": sabotage("what became of a commit that was replaced is not written", {
    io: (io) => ({
      ...io,
      github: async (...where) =>
        swallowing(await io.github(...where), ({ description }) =>
          replaced.test(typeof description === "string" ? description : ""),
        ),
    }),
  }),
  "deployments-not-asked": sabotage("GitHub is not asked which deployments there are before one is made", {
    io: (io) => ({ ...io, github: async (...where) => listing(await io.github(...where), /\/deployments$/, () => []) }),
  }),
  "former-deployment-kept": sabotage("what became of a former deployment is not written", {
    io: (io) => ({
      ...io,
      github: async (...where) =>
        swallowing(await io.github(...where), (request) => request["state"] === "inactive" && "deployment_id" in request),
    }),
  }),
  "check-run-left-pending": sabotage("what became of a check run is not written", {
    io: (io) => ({
      ...io,
      github: async (...where) => swallowing(await io.github(...where), (request) => "check_run_id" in request),
    }),
  }),
};

/** Changes what lists show. */
function listing(octokit: Octokit, path: RegExp, change: (entries: unknown[], page: number) => unknown[]): Octokit {
  octokit.hook.wrap("request", async (request, options) => {
    const response = await request(options);
    if (options.method !== "GET" || !path.test(options.url) || !Array.isArray(response.data)) return response;
    return { ...response, data: change(response.data, Number(options["page"] ?? 1)) };
  });
  return octokit;
}

/** What is asked for is said to be done, and is not. */
function swallowing(octokit: Octokit, isMeant: (request: Readonly<Record<string, unknown>>) => boolean): Octokit {
  octokit.hook.wrap("request", async (request, options) => {
    if (options.method === "GET" || !isMeant(options)) return await request(options);
    return { status: 201, url: "", headers: {}, data: {} } as Awaited<ReturnType<typeof request>>;
  });
  return octokit;
}

import { afterAll, beforeAll, expect, test } from "vitest";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet } from "./played-fleet.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const namespace = "fleet-default";
const name = "shop";
const path = `/apis/signalman.dev/v1alpha1/namespaces/${namespace}/notifications`;
const stuck = { kind: "neverReady", message: "no pods" } as const;

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  fleet.now.addCluster({ name: "berlin", labels: { stage: "prod" } });
  fleet.now.addCluster({ name: "lisbon", labels: { stage: "dev" } });
  await mirrored.written();
  product = stage.startProduct();
  await product.ready();
});
afterAll(async () => {
  fleet?.stop();
  await mirrored?.written();
  const code = await product?.stop();
  await stage?.stop();
  expect(code).toBe(0);
});

const targets = ["prod", "dev"].map((it) => ({ name: it, match: { clusterSelector: { matchLabels: { stage: it } } } }));
const destinations = (context: string) => [
  {
    name: "status",
    github: {
      commitStatus: {
        context,
        description: "{{status.description}} ({{rollout.bundles}} bundle, {{type}})",
        targetUrl: "https://wiki.example.com/{{gitRepo.name}}?on={{target.name}}&of={{commit}}",
      },
    },
  },
  {
    name: "pr",
    github: {
      pullRequestComment: {
        body: "Where {{pullRequest.title}} runs:{{#each rows}}\n- {{target}}: {{label}} {{ready}}/{{total}}{{/each}}",
      },
    },
  },
  { name: "environments", github: { deployment: { environment: "{{target.name}}/{{gitRepo.name}}" } } },
];

/** "success Deployed to 1/1 clusters → https://…" by context, as GitHub shows a commit's statuses. */
const statuses = (sha: string) =>
  Object.fromEntries(
    [...stage.github.latestStatuses(`acme/${name}`, sha)]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([context, it]) => [context, `${it.state} ${it.description} → ${it.targetUrl}`]),
  );

test("what a team writes itself is what GitHub shows: a status' context, description and link, a comment's body, an environment's name", async () => {
  const spec = {
    timing: { settle: "200ms", notReadyDeadline: "168h" },
    targets,
    destinations: destinations("deploy/{{target.name}}"),
  };
  const object = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name }, spec };
  expect(await stage.client.request("POST", path, { body: object })).toMatchObject({ code: 201 });
  const first = await fleet.commit(name);
  fleet.addGitRepo(name);
  await until("both targets have the first", () => Object.keys(statuses(first)).length === 2);

  const second = await fleet.commit(name);
  fleet.pullRequest(name, { number: 7, sha: second, title: "*Ship* it @everyone <!-- -->" });
  const comments = () => stage.github.comments(`acme/${name}`, 7).map(({ body }) => body);
  await until("its pull request is told of both", () =>
    comments().some((it) => /prod: .*1\/1\n- dev: .*1\/1|dev: .*1\/1\n- prod: .*1\/1/.test(it)),
  );
  expect(statuses(second)).toMatchInlineSnapshot(`
    {
      "deploy/dev": "success Deployed to 1/1 clusters (1 bundle, GitRepoReady) → https://wiki.example.com/shop?on=dev&of=0416e4549ea261bb31e51a7d43348f60ba75c51f",
      "deploy/prod": "success Deployed to 1/1 clusters (1 bundle, GitRepoReady) → https://wiki.example.com/shop?on=prod&of=0416e4549ea261bb31e51a7d43348f60ba75c51f",
    }
  `);
  expect(comments().map((it) => it.replace(/ [\da-f-]{36}\//, " <instance>/"))).toMatchInlineSnapshot(`
    [
      "<!-- signalman:v1 <instance>//fleet-default:shop/pr -->
    Where \\*Ship\\* it @​everyone &lt;!-- --&gt; runs:
    - dev: ✅ Deployed 1/1
    - prod: ✅ Deployed 1/1",
    ]
  `);
  const environments = () =>
    stage.github
      .repository(`acme/${name}`)
      .deployments.list({ sha: second, task: null, environment: null })
      .map((it) => `${it.environment}: ${it.statuses[0]?.state}`)
      .toSorted();
  await until(
    "both environments have it",
    () => environments().every((it) => it.endsWith("success")) && environments().length === 2,
  );
  expect(environments()).toEqual(["dev/shop: success", "prod/shop: success"]);

  // Under another name: what is pending is closed under the old one and told anew.
  const third = await fleet.commit(name, stuck);
  await until("both wait", () => Object.values(statuses(third)).filter((it) => it.startsWith("pending")).length === 2);
  const renamed = await stage.client.patch(`${path}/${name}`, { spec: { destinations: destinations("run/{{target.name}}") } });
  expect(renamed).toMatchObject({ code: 200 });
  await until("all is told under the new name", () =>
    ["dev", "prod"].every(
      (it) =>
        statuses(third)[`deploy/${it}`]?.startsWith("error No longer reported") === true &&
        statuses(third)[`run/${it}`]?.startsWith("pending") === true,
    ),
  );
  expect(Object.keys(statuses(second))).toEqual(["deploy/dev", "deploy/prod"]);
});

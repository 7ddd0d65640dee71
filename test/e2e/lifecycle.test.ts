import { afterAll, beforeAll, expect, test } from "vitest";
import { startWebhookReceiver } from "../../simulator/faces/webhook-receiver.ts";
import type { ProductProcess } from "../../simulator/product-process.ts";
import { kinds } from "../../simulator/world/kubernetes-kind.ts";
import { createReceiverWorld, type ReceiverBehaviour, type ReceiverWorld } from "../../simulator/world/receiver.ts";
import { MirroredObjects } from "./mirrored-objects.ts";
import { PlayedFleet, repoOf } from "./played-fleet.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";

const namespace = "fleet-default";
const team = "fleet-team";
const success = "success Deployed to 2/2 clusters";
const status = { name: "status", github: { commitStatus: {} } };
const down: ReceiverBehaviour = { kind: "status", status: 503 };

let stage: Stage;
let fleet: PlayedFleet;
let product: ProductProcess;
let mirrored: MirroredObjects;

beforeAll(async () => {
  stage = await Stage.start();
  mirrored = new MirroredObjects(stage.client, namespace);
  mirrored.objects.create(kinds.namespace, { metadata: { name: team } }, { nowMs: Date.now() });
  fleet = new PlayedFleet(mirrored.objects, stage.github);
  for (const name of ["berlin", "lisbon"]) fleet.now.addCluster({ name, labels: { city: name } });
  fleet.now.addCluster({ namespace: team, name: "porto", labels: {} });
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

const pathOf = (kind: string, { name = "", in: where = namespace }: { name?: string; in?: string } = {}) =>
  `${kind === "secrets" ? "/api/v1" : "/apis/signalman.dev/v1alpha1"}/namespaces/${where}/${kind}${name === "" ? "" : `/${name}`}`;

async function create(kind: string, body: { metadata: { name: string; namespace?: string } }): Promise<void> {
  const answer = await stage.client.request("POST", pathOf(kind, { in: body.metadata.namespace ?? namespace }), { body });
  if (answer.code !== 201) throw new Error(`${kind} ${body.metadata.name}: ${JSON.stringify(answer.body)}`);
}

/** A Notification for one GitRepo, by default the one of its name. */
async function notify(name: string, fields: Readonly<Record<string, unknown>>, where = namespace): Promise<void> {
  const spec = { gitRepos: { names: [name] }, timing: { settle: "100ms", notReadyDeadline: "168h" }, ...fields };
  const object = { apiVersion: "signalman.dev/v1alpha1", kind: "Notification", metadata: { name, namespace: where }, spec };
  await create("notifications", object);
}

async function change(name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  expect(await stage.client.patch(pathOf("notifications", { name }), { spec })).toMatchObject({ code: 200 });
}

async function remove(kind: string, name: string, where = namespace): Promise<void> {
  expect(await stage.client.request("DELETE", pathOf(kind, { name, in: where }))).toMatchObject({ code: 200 });
}

const secretOf = (name: string, stringData: Readonly<Record<string, string>>) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  stringData,
});

/** "False SecretMissing: …": a condition of a Notification; "" where it has none. */
async function condition(name: string, type: "Ready" | "Delivering"): Promise<string> {
  const { body } = await stage.client.get(pathOf("notifications", { name }));
  const { status: shown } = body as { status?: { conditions?: readonly Readonly<Record<string, string>>[] } };
  const found = shown?.conditions?.find((it) => it["type"] === type);
  return found === undefined ? "" : `${found["status"]} ${found["reason"]}: ${found["message"]}`;
}

async function pending(name: string): Promise<number> {
  const { body } = await stage.client.get(pathOf("notifications", { name }));
  return (body as { status?: { streams?: { pending?: number } } }).status?.streams?.pending ?? 0;
}

/** "success Deployed to 2/2 clusters": what GitHub shows on a commit of acme/<name>. */
function shown(name: string, sha: string, where = namespace): string {
  const found = stage.github.latestStatuses(`acme/${name}`, sha).get(`fleet/${where}/${name}`);
  return found === undefined ? "" : `${found.state} ${found.description}`;
}

interface Hooks {
  readonly world: ReceiverWorld;
  readonly url: string;
  /** "2 GitRepoReady 1d0c3e2…": sequence, event and commit of what was accepted at one path, in order. */
  readonly told: (path: string) => readonly string[];
}

/** A receiver of one test's own, that can be down without the others. */
async function withReceiver(use: (hooks: Hooks) => Promise<void>): Promise<void> {
  const world = createReceiverWorld({ now: () => Date.now() });
  const face = await startWebhookReceiver(world);
  const told = (path: string) =>
    world.accepted().flatMap((it) => {
      const { type, sequence, data } = JSON.parse(it.body) as { type: string; sequence: number; data: { commit: string } };
      return it.path === path ? [`${sequence} ${type} ${data.commit}`] : [];
    });
  try {
    await use({ world, url: face.url, told });
  } finally {
    await face.close();
  }
}

test("a Secret is changed: token and URL are used from the next send on", () =>
  withReceiver(async ({ world, url }) => {
    await create("secrets", secretOf("rotated", { token: "one", url: `${url}/one` }));
    const auth = { bearer: { secretRef: { name: "rotated", key: "token" } } };
    const webhook = { urlSecretRef: { name: "rotated", key: "url" }, auth };
    await fleet.commit("rotated");
    await notify("rotated", { destinations: [{ name: "hook", webhook }] });
    fleet.addGitRepo("rotated");
    await until("the first commit is told", () => world.accepted().length === 1);
    const changed = { stringData: { token: "two", url: `${url}/two` } };
    expect(await stage.client.patch(pathOf("secrets", { name: "rotated" }), changed)).toMatchObject({ code: 200 });
    await fleet.commit("rotated");
    await until("the second commit is told", () => world.accepted().length === 2);
    expect(world.requests.map((it) => `${it.path} ${it.headers["authorization"]}`)).toEqual([
      "/one Bearer one",
      "/two Bearer two",
    ]);
  }));

test("a Secret is missing: a condition says which; made, and the Notification touched, the newest state is sent", () =>
  withReceiver(async ({ world, url, told }) => {
    const webhook = { urlSecretRef: { name: "late", key: "url" } };
    await fleet.commit("late");
    await notify("late", { destinations: [status, { name: "hook", webhook }] });
    fleet.addGitRepo("late");
    await until("it says so", async () => (await condition("late", "Delivering")).startsWith("False SecretMissing"));
    expect(await condition("late", "Delivering")).toContain(`${namespace}/late`);
    const sha = await fleet.commit("late");
    await until("the status is not held up by it", () => shown("late", sha) === success);
    await create("secrets", secretOf("late", { url: `${url}/late` }));
    await change("late", { destinations: [status, { name: "hook", webhook: { ...webhook, timeout: "9s" } }] });
    await until("it is sent", () => told("/late").length === 1);
    expect([told("/late"), world.requests.length]).toEqual([[`2 GitRepoReady ${sha}`], 1]);
    await until("all is well", async () => (await condition("late", "Delivering")).startsWith("True"));
  }));

test("suspended with messages waiting: nothing is sent, what is pending is closed; resumed: `every` sends what waited, `latest` what is so", () =>
  withReceiver(async ({ world, url, told }) => {
    const hooks = ["every", "latest"].map((order) => ({ name: order, order, webhook: { url: `${url}/${order}` } }));
    world.behave(down);
    const first = await fleet.commit("muted");
    await notify("muted", { destinations: [status, ...hooks] });
    const witness = { name: "witness", webhook: { url: `${stage.receiverUrl}/muted` } };
    await notify("muted-witness", { gitRepos: { names: ["muted"] }, destinations: [witness] });
    const witnessed = () => stage.receiver.accepted().filter((it) => it.path === "/muted").length;
    fleet.addGitRepo("muted");
    await until("both wait", async () => (await pending("muted")) === 2 && witnessed() === 1);
    const stuck = await fleet.commit("muted", { kind: "neverReady", message: "no pods" });
    await until("it is pending", () => shown("muted", stuck).startsWith("pending"));
    await change("muted", { suspend: true });
    await until("it is closed", () => shown("muted", stuck) === "error No longer reported");
    world.behave({ kind: "ok" });
    const meanwhile = await fleet.commit("muted");
    await until("somebody else is told", () => witnessed() === 2);
    const { length } = world.accepted();
    expect([length, shown("muted", meanwhile)]).toEqual([0, ""]);
    await change("muted", { suspend: false });
    await until("both are told", () => told("/every").length >= 2 && told("/latest").length >= 1);
    const last = await fleet.commit("muted");
    await until(
      "they go on",
      () => told("/every").length >= 3 && told("/latest").length >= 2 && shown("muted", last) === success,
    );
    expect(told("/every")).toEqual([`1 GitRepoReady ${first}`, `2 GitRepoReady ${meanwhile}`, `3 GitRepoReady ${last}`]);
    expect(told("/latest").map((it) => it.slice(2))).toEqual([`GitRepoReady ${meanwhile}`, `GitRepoReady ${last}`]);
  }));

test("deleted with messages waiting: nothing is sent, what is pending is closed; made again under its name within a day, it goes on", () =>
  withReceiver(async ({ world, url, told }) => {
    const destinations = [status, { name: "hook", order: "every", webhook: { url: `${url}/deleted` } }];
    const first = await fleet.commit("deleted");
    await notify("deleted", { destinations });
    fleet.addGitRepo("deleted");
    await until("the first is told", () => told("/deleted").length === 1 && shown("deleted", first) === success);
    world.behave(down);
    const second = await fleet.commit("deleted");
    await until("the second waits", async () => (await pending("deleted")) === 1 && shown("deleted", second) === success);
    const stuck = await fleet.commit("deleted", { kind: "neverReady", message: "no pods" });
    await until("the third is pending", () => shown("deleted", stuck).startsWith("pending"));
    await remove("notifications", "deleted");
    await until("it is closed", () => shown("deleted", stuck) === "error No longer reported");
    world.behave({ kind: "ok" });
    const third = await fleet.commit("deleted");
    await notify("witness-of-deleted", { gitRepos: { names: ["deleted"] }, destinations: [{ ...status, name: "other" }] });
    const fourth = await fleet.commit("deleted");
    await until("somebody else reports", () => shown("deleted", fourth) === success);
    expect([told("/deleted").length, shown("deleted", third)]).toEqual([1, ""]);
    await remove("notifications", "witness-of-deleted");
    await notify("deleted", { destinations });
    await until("it goes on", () => told("/deleted").length === 3);
    expect(told("/deleted")).toEqual([first, second, fourth].map((sha, index) => `${index + 1} GitRepoReady ${sha}`));
  }));

test("renamed with messages waiting: those of the old name are not sent, the new one begins anew, and what was pending is so under it", () =>
  withReceiver(async ({ world, url, told }) => {
    const hook = { name: "hook", order: "every", webhook: { url: `${url}/renamed` } };
    const first = await fleet.commit("renamed");
    await notify("renamed", { destinations: [status, hook] });
    fleet.addGitRepo("renamed");
    await until("the first is told", () => told("/renamed").length === 1 && shown("renamed", first) === success);
    world.behave(down);
    await fleet.commit("renamed");
    await until("the second waits", async () => (await pending("renamed")) === 1);
    const stuck = await fleet.commit("renamed", { kind: "neverReady", message: "no pods" });
    await until("the third is pending", () => shown("renamed", stuck).startsWith("pending"));
    // As Helm does it: the new one is there before the old one goes.
    await notify("new-name", { gitRepos: { names: ["renamed"] }, destinations: [status, hook] });
    await until("the new one is the younger one", async () =>
      (await condition("new-name", "Ready")).startsWith("False ContextConflict"),
    );
    await remove("notifications", "renamed");
    await until("the new one is in force", async () => (await condition("new-name", "Ready")).startsWith("True"));
    await until("its word stands", () => /^pending .*clusters/.test(shown("renamed", stuck)));
    world.behave({ kind: "ok" });
    const last = await fleet.commit("renamed");
    await until("it reports", () => told("/renamed").length === 2 && shown("renamed", last) === success);
    expect(told("/renamed")[1]).toBe(`1 GitRepoReady ${last}`);
    await until("nothing is pending", () => shown("renamed", stuck).startsWith("success Deployed with"));
  }));

test("two commit statuses in one slot: the younger one says so and is not sent; the older one gone, it takes over", async () => {
  const first = await fleet.commit("contested");
  await notify("contested", { destinations: [status] });
  await until("its second is over", async () => (await condition("contested", "Ready")).startsWith("True"));
  await notify("contested-younger", { gitRepos: { names: ["contested"] }, destinations: [status] });
  fleet.addGitRepo("contested");
  await until("it says so", async () => (await condition("contested-younger", "Ready")).startsWith("False ContextConflict"));
  expect(await condition("contested-younger", "Ready")).toContain(`Notification ${namespace}/contested, destination "status"`);
  await until("the older one reports", () => shown("contested", first) === success);
  const written = () =>
    stage.github.requests.filter((it) => it.method === "POST" && it.path.includes("/acme/contested/statuses/")).length;
  const { length } = stage.github.statuses("acme/contested", first);
  expect(written()).toBe(length);
  await remove("notifications", "contested");
  await until("it is in force", async () => (await condition("contested-younger", "Ready")).startsWith("True"));
  const second = await fleet.commit("contested");
  await until("it reports", () => shown("contested", second) === success);
});

test("two GitRepos of one repository in one context: the first by name writes; it is gone, and the other one takes over", async () => {
  const repo = repoOf("alike-b");
  await fleet.commit("alike-b");
  const commitStatus = { context: "deploy" };
  await notify("alike", { gitRepos: { names: ["alike-*"] }, destinations: [{ name: "status", github: { commitStatus } }] });
  fleet.addGitRepo("alike-a", repo);
  fleet.addGitRepo("alike-b");
  await until("it says so", async () => (await condition("alike", "Ready")).startsWith("False ContextConflict"));
  expect(await condition("alike", "Ready")).toContain(`for GitRepo ${namespace}/alike-a of the same repository`);
  const status = (sha: string) => stage.github.latestStatuses("acme/alike-b", sha).get("deploy")?.description;
  const first = await fleet.commit("alike-b");
  await until("one of them reports", () => status(first) === "Deployed to 2/2 clusters");
  expect(stage.github.statuses("acme/alike-b", first).filter((it) => it.state === "success")).toHaveLength(1);
  fleet.now.removeGitRepo("alike-a");
  await until("the conflict is over", async () => (await condition("alike", "Ready")).startsWith("True"));
  const second = await fleet.commit("alike-b");
  await until("the other one reports", () => status(second) === "Deployed to 2/2 clusters");
});

test("a namespace is deleted with messages waiting: nothing more is sent for it, and the others are told as before", () =>
  withReceiver(async ({ world, url, told }) => {
    world.behave(down);
    await fleet.commit("doomed");
    fleet.now.addGitRepo({ namespace: team, name: "doomed", repo: repoOf("doomed"), pollingIntervalMs: 1_000 });
    await mirrored.written();
    await notify("doomed", { destinations: [status, { name: "hook", order: "every", webhook: { url: `${url}/doomed` } }] }, team);
    const sha = await fleet.commit("doomed");
    await until("it waits", () => world.requests.length > 0 && shown("doomed", sha, team).startsWith("success"));
    expect(await stage.client.request("DELETE", `/api/v1/namespaces/${team}`)).toMatchObject({ code: 200 });
    // What Kubernetes' own controllers do, which are not here: everything in it goes, in no order that anybody promises.
    for (const kind of ["deliveries", "notifications"]) {
      expect(await stage.client.request("DELETE", pathOf(kind, { in: team }))).toMatchObject({ code: 200 });
    }
    fleet.now.removeGitRepo("doomed");
    world.behave({ kind: "ok" });
    const witness = await fleet.commit("survivor");
    await notify("survivor", { destinations: [status] });
    fleet.addGitRepo("survivor");
    await until("another namespace is told", () => shown("survivor", witness) === success);
    expect(told("/doomed")).toEqual([]);
    const deliveries = async () =>
      (await stage.client.get(pathOf("deliveries", { in: team }))).body as { items: readonly unknown[] };
    expect((await deliveries()).items).toEqual([]);
    expect(product.log.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    expect(product.log.filter((line) => line.includes(team) && line.includes('"warn"')).length).toBeLessThan(10);
  }));

/**
 * The house's own lint rules (oxlint JS plugin). They hold what design §10 asks of the layout:
 *
 * - `core-is-pure`: under `src/core/` there is no await, clock, randomness, log, metric, network or file.
 * - `rooms`: a room imports only from the rooms that it may know.
 *
 * Every message ends with the remedy.
 */

import { posix } from "node:path";

/** Rooms of `src/core/`, in the order of the drawing in docs/architecture.md: each imports only from rooms to its left. */
const coreRooms = ["fleet", "rollout", "history", "template", "notification", "message", "delivery", "group"];

const purePackages = new Set(["zod", "handlebars", "@handlebars/parser", "@bufbuild/cel", "ipaddr.js"]);
const impureGlobals = new Map([
  ["Promise", "describe the work as an effect (core/delivery/effect.ts) and let the engine perform it"],
  ["setTimeout", "return when to wake (`wakeAt`) and let the engine set the timer"],
  ["setInterval", "return when to wake (`wakeAt`) and let the engine set the timer"],
  ["setImmediate", "return when to wake (`wakeAt`) and let the engine set the timer"],
  ["queueMicrotask", "return an effect and let the engine perform it"],
  ["fetch", "describe the request as an effect; http/client is the only way out"],
  ["process", "take the value as a parameter; settings.ts reads the environment"],
  ["console", "return a decision with its reason; the engine turns reasons into logs"],
  ["performance", "take `now` (milliseconds) as a parameter"],
]);
const impureMembers = new Map([
  ["Date.now", "take `now` (milliseconds) as a parameter"],
  ["Math.random", "take the random number as a parameter or derive it from a hash of the input"],
  ["crypto.randomUUID", "derive the id from its content (core/delivery/webhook-id.ts)"],
]);

/** `/x/src/core/delivery/step.ts` → `src/core/delivery/step.ts`; a test file's own path too. */
function pathInRepository(filename, cwd) {
  const relative = filename.startsWith(cwd) ? filename.slice(cwd.length + 1) : filename;
  return relative.replaceAll("\\", "/");
}

function isTest(path) {
  return path.endsWith(".test.ts");
}

function resolveImport(path, source) {
  return source.startsWith(".") ? posix.normalize(posix.join(posix.dirname(path), source)) : null;
}

const coreIsPure = {
  create(context) {
    const path = pathInRepository(context.filename, context.cwd);
    if (!path.startsWith("src/core/") || isTest(path)) return {};
    const report = (node, what, remedy) =>
      context.report({ node, message: `core is values in, values out: ${what}. Remedy: ${remedy}.` });
    const asynchronous = (node) => {
      if (node.async)
        report(node, "no async functions", "return an effect; the engine performs it and feeds back what came of it");
    };
    return {
      AwaitExpression: (node) =>
        report(node, "no await", "return an effect; the engine performs it and feeds back what came of it"),
      FunctionDeclaration: asynchronous,
      FunctionExpression: asynchronous,
      ArrowFunctionExpression: asynchronous,
      NewExpression(node) {
        if (node.callee.name === "Date" && node.arguments.length === 0)
          report(node, "no `new Date()`", "take `now` (milliseconds) as a parameter");
      },
      MemberExpression(node) {
        const name = `${node.object.name}.${node.property.name}`;
        if (impureMembers.has(name)) report(node, `no ${name}`, impureMembers.get(name));
      },
      Identifier(node) {
        const isProperty = node.parent?.type === "MemberExpression" && node.parent.property === node && !node.parent.computed;
        const isKey =
          ["Property", "PropertyDefinition", "TSPropertySignature"].includes(node.parent?.type) && node.parent.key === node;
        const isType = node.parent?.type === "TSTypeReference";
        if (!isProperty && !isKey && !isType && impureGlobals.has(node.name))
          report(node, `no ${node.name}`, impureGlobals.get(node.name));
      },
      ImportDeclaration(node) {
        const source = node.source.value;
        const name = source
          .split("/")
          .slice(0, source.startsWith("@") ? 2 : 1)
          .join("/");
        if (source.startsWith(".") || purePackages.has(name)) return;
        if (source === "node:crypto" && node.specifiers.every((s) => s.imported?.name === "hash")) return;
        report(
          node,
          `no import of "${source}"`,
          "move the code that needs it to an edge (engine, destinations, kubernetes, github, http)",
        );
      },
    };
  },
};

/** What a file in the first room may not import, and why. */
function forbidden(path, target) {
  const room = path.split("/")[1];
  const targetRoom = target.split("/")[1];
  if (target.startsWith("simulator/") && path.startsWith("src/") && !path.startsWith("src/commands/demo")) {
    return "only commands/demo, tests and bench import simulator/";
  }
  if (!path.startsWith("src/") || !target.startsWith("src/")) return null;
  if (targetRoom === "commands" && room !== "commands" && room !== "main.ts")
    return "nothing imports commands/; move the shared part to the room that owns it";
  if (room !== "core") return null;
  if (targetRoom !== "core")
    return `core/ imports nothing from ${targetRoom}/; declare a type in core/ and let the edge satisfy it`;
  const from = coreRooms.indexOf(path.split("/")[2]);
  const to = coreRooms.indexOf(target.split("/")[2]);
  if (from >= 0 && to > from)
    return `core/${coreRooms[from]} may not know core/${coreRooms[to]}; pass the value in, or move the type to the left`;
  return null;
}

const rooms = {
  create(context) {
    const path = pathInRepository(context.filename, context.cwd);
    if (isTest(path)) return {};
    return {
      ImportDeclaration(node) {
        const target = resolveImport(path, node.source.value);
        const reason = target === null ? null : forbidden(path, target);
        if (reason !== null) context.report({ node, message: `${path} may not import ${target}: ${reason}.` });
      },
    };
  },
};

export default { meta: { name: "house" }, rules: { "core-is-pure": coreIsPure, rooms } };

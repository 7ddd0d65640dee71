import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kinds } from "./kubernetes-kind.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { KubernetesObjects } from "./kubernetes-objects.ts";

const nowMs = Date.parse("2026-11-23T12:00:00Z");
const namespace = "default";

function world(changesMax = 1_000): KubernetesObjects {
  return new KubernetesObjects({ nowMs, changesMax });
}

function put(objects: KubernetesObjects, name: string, size: number): KubernetesObject {
  const identity = { namespace, name };
  if (objects.find(kinds.bundle, identity) === undefined) {
    return objects.create(kinds.bundle, { metadata: identity, spec: { size } }, { nowMs });
  }
  return objects.patch(kinds.bundle, { ...identity, patch: { spec: { size } } }, { nowMs });
}

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { status: { code: number; reason: string } }).status;
  }
  return null;
};

type Step = { readonly name: string; readonly size: number };

/** Size 0 deletes. */
const steps = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c", "d", "e"), size: fc.nat({ max: 3 }) }), {
  maxLength: 40,
});

function take(objects: KubernetesObjects, { name, size }: Step): void {
  if (size > 0) put(objects, name, size);
  else if (objects.find(kinds.bundle, { namespace, name }) !== undefined)
    objects.remove(kinds.bundle, { namespace, name }, { nowMs });
}

function sizes(items: readonly KubernetesObject[]): Record<string, unknown> {
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, (spec as { size: number }).size]));
}

describe("KubernetesObjects", () => {
  test("the pages of a list show the snapshot of the first, whatever is written in between", () => {
    fc.assert(
      fc.property(steps, steps, fc.integer({ min: 1, max: 3 }), (before, between, limit) => {
        const objects = world();
        before.forEach((step) => take(objects, step));
        const expected = sizes(objects.list(kinds.bundle).items);
        const first = objects.list(kinds.bundle, { namespace, limit });
        const items = [...first.items];
        let { continueToken } = first;
        const writes = [...between];
        while (continueToken !== "") {
          for (const step of writes.splice(0, 7)) take(objects, step);
          const page = objects.list(kinds.bundle, { namespace, limit, continueToken });
          expect(page.resourceVersion).toBe(first.resourceVersion);
          items.push(...page.items);
          ({ continueToken } = page);
        }
        expect(sizes(items)).toEqual(expected);
        expect(items.map(({ metadata }) => metadata.name)).toEqual(Object.keys(expected).toSorted());
      }),
    );
  });

  test("a list and the changes since it make the world of now, each change once and in the order of versions", () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const objects = world();
        before.forEach((step) => take(objects, step));
        const { items, resourceVersion } = objects.list(kinds.bundle);
        after.forEach((step) => take(objects, step));
        const rebuilt = new Map(items.map((object) => [object.metadata.name, object]));
        const changes = objects.changesSince(kinds.bundle, resourceVersion);
        for (const { type, object } of changes) {
          expect(rebuilt.has(object.metadata.name)).toBe(type !== "ADDED");
          if (type === "DELETED") rebuilt.delete(object.metadata.name);
          else rebuilt.set(object.metadata.name, object);
        }
        expect(sizes([...rebuilt.values()])).toEqual(sizes(objects.list(kinds.bundle).items));
        const versions = changes.map((change) => change.resourceVersion);
        expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
      }),
    );
  });

  test("a history that grows too long is forgotten from its beginning, and asking for it is 410", () => {
    const objects = world(10);
    const { resourceVersion } = objects.list(kinds.bundle);
    for (let size = 1; size <= 30; size += 1) put(objects, "a", size);
    expect(refusal(() => objects.changesSince(kinds.bundle, resourceVersion))).toMatchObject({ code: 410, reason: "Expired" });
    const recent = objects.changesSince(kinds.bundle, objects.resourceVersion - 3);
    expect(recent.map(({ object }) => (object.spec as { size: number }).size)).toEqual([28, 29, 30]);
  });

  test("a write that a listener makes is told after the change that it was told of, to everybody", () => {
    const objects = world();
    const told: string[] = [];
    objects.subscribe(({ object }) => {
      if (object.metadata.name === "cause") put(objects, "effect", 1);
    });
    objects.subscribe(({ object }) => told.push(object.metadata.name));
    put(objects, "cause", 1);
    expect(told).toEqual(["cause", "effect"]);
  });

  test("a listener that throws does not keep later changes from being told", () => {
    const objects = world();
    const told: string[] = [];
    const unsubscribe = objects.subscribe(() => {
      throw new Error("no");
    });
    expect(() => put(objects, "a", 1)).toThrow("no");
    unsubscribe();
    objects.subscribe(({ object }) => told.push(object.metadata.name));
    put(objects, "b", 1);
    expect(told).toEqual(["b"]);
  });

  test("what is handed in may be changed afterwards without changing the world", () => {
    const objects = world();
    const spec = { list: [1] };
    objects.create(kinds.bundle, { metadata: { name: "a", namespace }, spec }, { nowMs });
    spec.list.push(2);
    expect(objects.read(kinds.bundle, { namespace, name: "a" }).spec).toEqual({ list: [1] });
  });

  test("two worlds with the same history are equal, uids included", () => {
    const [one, other] = [world(), world()];
    for (const objects of [one, other]) put(objects, "a", 1);
    expect(one.list(kinds.bundle).items).toEqual(other.list(kinds.bundle).items);
  });
});

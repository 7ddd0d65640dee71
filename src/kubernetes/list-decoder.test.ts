import { array, assert, dictionary, integer, jsonValue, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { ListDecoder } from "./list-decoder.ts";

function decode(text: string, { size = 7, itemBytesMax = 100_000 } = {}) {
  const told = { items: [] as unknown[], oversized: 0 };
  const decoder = new ListDecoder({
    itemBytesMax,
    onItem: (json) => told.items.push(JSON.parse(json)),
    onOversized: () => void (told.oversized += 1),
  });
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) decoder.push(bytes.subarray(from, from + size));
  return { ...told, envelope: decoder.end() };
}

describe("a list taken apart", () => {
  test("says what the list as a whole says, whatever is in it and however it is cut", () => {
    const item = dictionary(string(), jsonValue());
    assert(
      property(array(item), integer({ min: 1, max: 40 }), integer({ min: 0, max: 2 }), (items, size, indent) => {
        const metadata = { resourceVersion: "12", continue: '}],"' };
        for (const list of [
          { kind: "List", items, metadata },
          { kind: "List", metadata, items },
        ]) {
          const text = JSON.stringify(list, undefined, indent);
          expect(decode(text, { size })).toEqual({
            items: JSON.parse(JSON.stringify(items)),
            oversized: 0,
            envelope: { ...list, items: [] },
          });
        }
      }),
    );
  });

  test("leaves out what is above the bound, and nothing else", () => {
    const items = [{ a: 1 }, { large: "x".repeat(100) }, { b: 2 }];
    expect(decode(JSON.stringify({ items }), { itemBytesMax: 50 })).toMatchObject({ items: [{ a: 1 }, { b: 2 }], oversized: 1 });
  });

  test("that was cut is no list", () => {
    const text = JSON.stringify({ items: [{ a: 1 }], metadata: { resourceVersion: "1" } });
    for (let length = 0; length < text.length; length += 1) expect(() => decode(text.slice(0, length))).toThrow(SyntaxError);
  });

  test("takes `items: null`, as an empty list of some servers", () => {
    expect(decode('{"items":null,"metadata":{}}')).toEqual({ items: [], oversized: 0, envelope: { items: null, metadata: {} } });
  });
});

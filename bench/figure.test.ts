import { expect, test } from "vitest";
import { percentile } from "./figure.ts";
import { cellsOf, numberText } from "./table.ts";

test("a percentile is a value that was measured, whatever their order", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 0.5)).toBe(101);
  expect(percentile(values, 0.99)).toBe(199);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test("numbers are shown with the digits that count", () => {
  expect([0.0213, 4.567, 81.34, 2_095.3].map(numberText)).toEqual(["0.02", "4.57", "81.3", "2,095"]);
});

test("an aim says whether it is met", () => {
  const measure = { what: "p99", value: 21.6, unit: "ms", floor: 9.88, aim: { text: "≤ 20", isMet: false } };
  expect(cellsOf(measure)).toEqual(["p99", "21.6 ms", "floor 9.88", "aim ≤ 20: no"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Plot } from "../../../ui/components/scatter/plot.js";

const data = { points: [0, 0, 10_000, 10_000, 5000, 5000, 5100, 5000], labels: [0, 0, 1, 0], map: [4, 2] };
const plot = Object.assign(Object.create(Plot.prototype), { width: 200, height: 100, only: null, data });

test("points travel from the bottom left", () => {
  assert.deepEqual(plot.at(0), [0, 100]);
  assert.deepEqual(plot.at(1), [200, 0]);
});

test("the nearest point is hit, within reach only", () => {
  assert.equal(plot.nearest(100.9, 50, 9), 2);
  assert.equal(plot.nearest(101.1, 50, 9), 3);
  assert.equal(plot.nearest(9, 100, 9), -1);
  assert.equal(plot.nearest(8.9, 100, 9), 0);
});

test("a hidden point is not hit", () => {
  assert.equal(Object.assign(Object.create(plot), { only: 0 }).nearest(100, 50, 9), 3);
});

test("cells are counted by rows from the top left, and edges belong to the nearest", () => {
  const at = (x, y) => plot.cell(x, y);
  assert.deepEqual([at(0, 0), at(49.9, 49.9), at(50, 0), at(0, 50)], [0, 0, 1, 4]);
  assert.deepEqual([at(200, 100), at(-5, -5), at(500, 0)], [7, 0, 3]);
});

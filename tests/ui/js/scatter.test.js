import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, nearestPoint, placeOf } from "../../../ui/components/scatter/plot.js";

const size = { width: 200, height: 100 };
const points = [0, 0, 10_000, 10_000, 5000, 5000, 5100, 5000];
const all = () => true;

test("points travel from the bottom left", () => {
  assert.deepEqual(placeOf(points, 0, size), [0, 100]);
  assert.deepEqual(placeOf(points, 1, size), [200, 0]);
});

test("the nearest point is hit, within reach only", () => {
  assert.equal(nearestPoint(points, size, 100.9, 50, 9, all), 2);
  assert.equal(nearestPoint(points, size, 101.1, 50, 9, all), 3);
  assert.equal(nearestPoint(points, size, 9, 100, 9, all), -1);
  assert.equal(nearestPoint(points, size, 8.9, 100, 9, all), 0);
  assert.equal(nearestPoint([], size, 0, 0, 9, all), -1);
});

test("a hidden point is not hit", () => {
  assert.equal(
    nearestPoint(points, size, 100, 50, 9, (index) => index !== 2),
    3,
  );
});

test("cells are counted by rows from the top left, and edges belong to the nearest", () => {
  const at = (x, y) => cellAt([4, 2], size, x, y);
  assert.deepEqual([at(0, 0), at(49.9, 49.9), at(50, 0), at(0, 50)], [0, 0, 1, 4]);
  assert.deepEqual([at(200, 100), at(-5, -5), at(500, 0)], [7, 0, 3]);
});

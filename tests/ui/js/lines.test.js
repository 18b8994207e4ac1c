import assert from "node:assert/strict";
import { test } from "node:test";
import {
  areaPath,
  describe,
  isVisible,
  linePath,
  nearestIndex,
  nearestPoint,
  valueAt,
} from "../../../ui/components/chart/lines.js";

const linear = { x_scale: "linear", y_scale: "linear" };
const log = { x_scale: "log", y_scale: "log" };
const px = { x: (value) => 10 * value, y: (value) => 100 - value };
const line = (points, style = "line") => ({ name: "Training", style, points });

test("what cannot be drawn is not visible", () => {
  assert.ok(isVisible([0, 0], linear));
  assert.ok(!isVisible([1, null], linear));
  assert.ok(!isVisible([1, Infinity], linear));
  assert.ok(!isVisible([0, 1], log));
  assert.ok(!isVisible([1, 0], log));
});

test("a missing value leaves a gap", () => {
  const points = [
    [0, 1],
    [1, 2],
    [2, null],
    [3, 4],
  ];
  assert.equal(linePath(points, { ...px, data: linear }), "M0.0 99.0L10.0 98.0M30.0 96.0");
  assert.equal(linePath([], { ...px, data: linear }), "");
});

test("a histogram stands on its floor, and a missing step on the axis", () => {
  const points = [
    [0, 5],
    [1, null],
  ];
  assert.equal(areaPath(points, px, 2, 100), "M0.0 100.0V95.0H10.0V98.0V100.0");
});

test("between two points a value is on the straight stroke", () => {
  const two = line([
    [0, 10],
    [4, 30],
  ]);
  assert.equal(valueAt(two, 0, linear), 10);
  assert.equal(valueAt(two, 1, linear), 15);
  assert.equal(valueAt(two, 4, linear), 30);
});

test("on logarithmic scales the stroke is straight as it is drawn", () => {
  const two = line([
    [1, 1],
    [100, 100],
  ]);
  assert.ok(Math.abs(valueAt(two, 10, log) - 10) < 1e-12);
});

test("outside its points, between points alone and in a histogram there is no value", () => {
  const points = [
    [1, 1],
    [3, 3],
  ];
  assert.ok([0, 4].every((x) => Number.isNaN(valueAt(line(points), x, linear))));
  assert.equal(valueAt(line(points, "points"), 3, linear), 3);
  assert.ok(Number.isNaN(valueAt(line(points, "points"), 2, linear)));
  assert.ok(Number.isNaN(valueAt(line(points, "area"), 1, linear)));
  assert.ok(Number.isNaN(valueAt(line([]), 1, linear)));
});

test("a marker goes to the nearest index, of two to the first", () => {
  assert.equal(nearestIndex([0, 10, 20], 16), 2);
  assert.equal(nearestIndex([0, 10, 20], 5), 0);
  assert.equal(nearestIndex([0, 10, 20], -99), 0);
});

test("the nearest point is found among all lines, and up and down counts less", () => {
  const far = line([[0, 40]]);
  const beside = line([
    [2, 100],
    [1, null],
  ]);
  const found = nearestPoint({ ...linear, lines: [far, beside] }, px, 0, 0);
  assert.deepEqual([found.line, found.point, found.away], [far, [0, 40], 20]);
  assert.equal(nearestPoint({ ...linear, lines: [line([[1, null]])] }, px, 0, 0), undefined);
});

test("a chart is described by the ends of its lines", () => {
  const points = [
    [0, null],
    [1, 0.5],
    [2, 0.25],
  ];
  const lines = [line(points), { name: "Test", points: [[0, null]] }];
  const described = describe({ title: "Loss", description: "", lines });
  assert.equal(described, "Loss. Training: 0.5 at 1, 0.25 at 2. Test: nothing yet");
});

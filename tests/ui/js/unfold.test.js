import assert from "node:assert/strict";
import { test } from "node:test";
import {
  around,
  epochAt,
  frameOf,
  inEpochs,
  nextMoment,
  placeAt,
  readPoints,
  timeInWords,
} from "../../../ui/components/unfold/moments.js";

const moments = [
  { epoch: 0, points: [0, 0, 10, 20] },
  { epoch: 0.5, points: [4, -8, 10, 22] },
  { epoch: 3, points: [100, -8, 0, 42] },
];

function placed(time, frame = [0, -10, 200, 100]) {
  const into = new Float32Array(4);
  placeAt(moments, time, frame, into);
  return [...into];
}

test("at a moment every point is where it was", () => {
  for (const [time, { points }] of moments.entries()) {
    const expected = points.map((at, index) => (index % 2 ? (at + 10) / 100 : at / 200) * 1e4);
    assert.deepEqual(placed(time), expected);
  }
});

test("between two moments every point goes straight on, at an even pace", () => {
  for (const start of [0, 1]) {
    const [from, to] = [placed(start), placed(start + 1)];
    for (const share of [0.25, 0.5, 0.9])
      for (const [index, at] of placed(start + share).entries())
        assert.ok(Math.abs(at - (from[index] + share * (to[index] - from[index]))) < 1e-2);
  }
});

test("before the first moment and after the last nothing moves", () => {
  assert.deepEqual(placed(-1), placed(0));
  assert.deepEqual(placed(9), placed(2));
  assert.deepEqual(around(moments, 2), [2, 2, 0]);
});

test("the frame has all points of all moments, with a margin", () => {
  const [left, bottom, width, height] = frameOf(moments);
  assert.deepEqual([left, width], [-4, 108]);
  assert.deepEqual([bottom, height], [-10, 54]);
  for (const time of [0, 0.7, 1, 2])
    for (const at of placed(time, [left, bottom, width, height])) assert.ok(at > 0 && at < 1e4);
});

test("points that are all in one place have a frame too", () => {
  const [left, bottom, width, height] = frameOf([{ epoch: 0, points: [3, 3, 3, 3] }]);
  assert.ok(left < 3 && bottom < 3 && width > 0 && height > 0);
});

test("a key leads to the next whole moment, and not over the ends", () => {
  const next = (time, direction) => nextMoment(time, direction, 3);
  assert.deepEqual([next(0, 1), next(0.4, 1), next(1, 1), next(2, 1)], [1, 1, 2, 2]);
  assert.deepEqual([next(2, -1), next(1.4, -1), next(1, -1), next(0, -1)], [1, 1, 0, 0]);
});

test("a time is said in epochs", () => {
  assert.deepEqual(
    [0, 0.5, 1, 1.5].map((time) => epochAt(moments, time)),
    [0, 0.25, 0.5, 1.75],
  );
  assert.deepEqual([0, 0.0625, 1, 3.2, 3.21, 12].map(inEpochs), ["0", "0.06", "1", "3.2", "3.2", "12"]);
  assert.deepEqual([0, 1, 3.2].map(timeInWords), ["before the first step", "after 1 epoch", "after 3.2 epochs"]);
});

test("points are read from bytes and from base64", () => {
  const points = new Float32Array([1.5, -2, 0, 1e6]);
  const bytes = new Uint8Array(points.buffer);
  assert.deepEqual(readPoints(points.buffer), points);
  assert.deepEqual(readPoints(Buffer.from(bytes).toString("base64")), points);
});

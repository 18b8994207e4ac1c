import assert from "node:assert/strict";
import { test } from "node:test";
import {
  evenTicks,
  extent,
  fittingTicks,
  formatNumber,
  makeScale,
  niceStep,
  ticks,
  yExtent,
} from "../../../ui/components/chart/axis.js";

test("numbers have three digits, and a letter where they are large", () => {
  const written = [0, 0.021349, 1.2, 340, 9990, 10_000, 12_345, 1e6].map(formatNumber);
  assert.deepEqual(written, ["0", "0.0213", "1.2", "340", "9990", "10k", "12.3k", "1M"]);
});

test("a number that is rounded up to the next letter has it", () => {
  assert.deepEqual([9999, 999_999].map(formatNumber), ["10k", "1M"]);
});

test("every number below zero has a minus sign", () => {
  assert.deepEqual([-2.5, -12_345, -2e6, -1e-5].map(formatNumber), ["−2.5", "−12.3k", "−2M", "−1.0e-5"]);
});

test("the smallest numbers are written as powers", () => {
  assert.deepEqual([1e-4, 9.9e-5].map(formatNumber), ["0.0001", "9.9e-5"]);
});

test("what is no number is a dash", () => {
  assert.deepEqual([NaN, Infinity, null, undefined].map(formatNumber), ["–", "–", "–", "–"]);
});

test("a step is 1, 2 or 5 times a power of ten, and not below what is asked", () => {
  assert.deepEqual([1, 1.1, 2.1, 5.1, 0.03, 70].map(niceStep), [1, 2, 5, 10, 0.05, 100]);
});

test("ticks lie within their range, both ends included, without errors of rounding", () => {
  assert.deepEqual(ticks("linear", [0, 1], 4), [0, 0.5, 1]);
  assert.deepEqual(ticks("linear", [0.1, 0.7], 6), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  assert.deepEqual(ticks("linear", [-1, 1], 4), [-1, -0.5, 0, 0.5, 1]);
});

test("between whole numbers are no ticks where only they count", () => {
  assert.deepEqual(ticks("linear", [0, 3], 10, true), [0, 1, 2, 3]);
});

test("powers of ten are divided only where few are in sight", () => {
  assert.deepEqual(ticks("log", [1, 64]), [1, 2, 5, 10, 20, 50]);
  assert.deepEqual(ticks("log", [0.001, 1]), [0.001, 0.01, 0.1, 1]);
});

test("an extent is never empty and never of zero width", () => {
  assert.deepEqual(extent([3, NaN, 1, Infinity], "linear"), [1, 3]);
  assert.deepEqual(extent([], "linear"), [0, 1]);
  assert.deepEqual(extent([NaN], "log"), [1, 10]);
  assert.deepEqual(extent([4], "linear"), [2, 6]);
  assert.deepEqual(extent([0], "linear"), [-0.5, 0.5]);
  assert.deepEqual(extent([-4], "linear"), [-6, -2]);
  assert.deepEqual(extent([4], "log"), [2, 8]);
});

test("a logarithmic extent knows only what is above zero", () => {
  assert.deepEqual(extent([-1, 0, 0.1, 10], "log"), [0.1, 10]);
});

test("the y axis starts at zero where zero is near", () => {
  assert.deepEqual(yExtent([0.3, 1], "linear"), [0, 1]);
  const [low, high] = yExtent([0.5, 1], "linear");
  assert.ok(low > 0.3 && low <= 0.5);
  assert.equal(high, 1);
});

test("a logarithmic y axis ends on ticks", () => {
  assert.deepEqual(yExtent([0.013, 0.6], "log"), [0.01, 1]);
  assert.deepEqual(yExtent([1, 100], "log"), [1, 100]);
});

test("a scale leads its ends to its ends, and downwards too", () => {
  const x = makeScale("linear", [0, 10], 100, 200);
  assert.deepEqual([0, 5, 10].map(x), [100, 150, 200]);
  const y = makeScale("log", [1, 100], 200, 100);
  assert.deepEqual(
    [1, 10, 100].map((value) => Math.round(y(value) * 1e9) / 1e9),
    [200, 150, 100],
  );
});

test("earlier ticks win, and none is written twice", () => {
  const center = (index) => 10 * index;
  assert.deepEqual(
    fittingTicks([0, 9, 1, 4, 9, 5], center, () => 6),
    [0, 9, 4],
  );
});

test("ticks are round numbers where positions are whole numbers", () => {
  const positions = Array.from({ length: 64 }, (_, index) => String(index + 1));
  assert.deepEqual(evenTicks(positions), [19, 39, 59]);
});

test("other positions have every so many, and a single one has its own", () => {
  assert.deepEqual(
    evenTicks(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"]),
    [0, 2, 4, 6, 8, 10, 12],
  );
  assert.deepEqual(evenTicks(["0.5"]), [0]);
});

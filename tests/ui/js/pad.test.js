import assert from "node:assert/strict";
import { test } from "node:test";
import { Drawing, replay, Steps } from "../../../ui/components/pad/drawing.js";
import { inkBox, likeMnist, shrink, strokeWidth, thicken } from "../../../ui/components/pad/mnist.js";
import { groundOf, marksOf, readInk, readMask, readPixels, toRgba } from "../../../ui/components/pad/paint.js";

const SIZE = [28, 28];
const move = (dx, dy) => ({ kind: "move", dx, dy });
const turn = (degrees) => ({ kind: "turn", degrees });
const thickness = (by) => ({ kind: "thicken", by });
const CLEAR = { kind: "clear" };

function stroke(points, more = {}) {
  const all = points.map((place) => [...place, 0.5]);
  return { kind: "stroke", tool: "pen", size: 3, color: "#fff", ground: "rgb(1 2 3)", seed: 7, points: all, ...more };
}
const DOT = stroke([[14, 4]]);

function near(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${actual}`);
}

test("what was undone is done again, until something else is done", () => {
  const steps = new Steps();
  for (const step of [DOT, move(1, 0), CLEAR]) steps.add(step);
  steps.undo();
  steps.undo();
  assert.deepEqual(steps.done, [DOT]);
  steps.redo();
  assert.deepEqual(steps.done, [DOT, move(1, 0)]);
  steps.add(turn(5));
  steps.redo();
  assert.deepEqual(steps.done, [DOT, move(1, 0), turn(5)]);
  for (let i = 0; i < 9; i++) steps.undo();
  assert.deepEqual(steps.done, []);
});

test("an arrow key that is held down is one step", () => {
  const steps = new Steps();
  for (const isHeld of [false, true, true]) steps.add(move(1, -1), isHeld);
  steps.add(thickness(0.5), true);
  steps.add(move(2, 0));
  assert.deepEqual(steps.done, [move(3, -3), thickness(0.5), move(2, 0)]);
  const line = stroke([
    [1, 1],
    [2, 1],
  ]);
  steps.add(line);
  steps.add(
    stroke([
      [2, 1],
      [2, 2],
    ]),
    true,
  );
  assert.deepEqual(steps.done.slice(3), [
    stroke([
      [1, 1],
      [2, 1],
      [2, 1],
      [2, 2],
    ]),
  ]);
  assert.equal(line.points.length, 2, "what was handed over stays as it was");
});

test("steps stay few over 10,000 strokes, in their order, and a hundred can always be undone", () => {
  const flattened = [];
  const steps = new Steps((oldest) => flattened.push(...oldest));
  for (let seed = 0; seed < 10_000; seed++) {
    steps.add({ ...DOT, seed });
    assert.ok(steps.done.length <= 240);
    assert.ok(steps.done.length >= Math.min(100, seed + 1));
  }
  const seeds = [...flattened, ...steps.done].map((step) => step.seed);
  assert.deepEqual(seeds, [...Array(10_000).keys()]);
});

const at = ([a, b, c, d, e, f], [x, y]) => [a * x + c * y + e, b * x + d * y + f];

test("the whole drawing moves, and turns about the middle, as far as it was drawn by then", () => {
  const { strokes } = replay([DOT, move(2, 1), turn(90), DOT], SIZE);
  near(at(strokes[0].matrix, [14, 4]), [23, 16], 1e-9); // (16, 5) is 2 right of and 9 above the middle
  near(at(strokes[1].matrix, [14, 4]), [14, 4], 0);
});

test("what is undone by doing its opposite leaves no trace", () => {
  const steps = [DOT, ...Array(72).fill(turn(5)), move(40, 0), move(-40, 0), thickness(-9), thickness(9)];
  const [only] = replay(steps, SIZE).strokes;
  near(only.matrix, [1, 0, 0, 1, 0, 0], 1e-9);
  assert.equal(only.size, DOT.size);
});

test("strokes get thicker, erased ones thinner, and none disappears", () => {
  const sizes = (by) => replay([DOT, { ...DOT, tool: "eraser" }, thickness(by), DOT], SIZE).strokes.map((s) => s.size);
  assert.deepEqual(sizes(1), [4, 2, 3]);
  assert.deepEqual(sizes(-9), [0.5, 12, 3]);
});

test("nothing is left of what was before a clearing", () => {
  const { strokes, isCleared, matrix } = replay([DOT, move(1, 0), CLEAR, DOT, move(3, 0)], SIZE);
  assert.equal(strokes.length, 1);
  assert.ok(isCleared);
  assert.deepEqual(matrix, [1, 0, 0, 1, 3, 0]);
  assert.ok(!replay([move(1, 0), DOT], SIZE).isCleared, "and what is older than all steps stays");
});

// Canvases that write down what was drawn on them; only what `Drawing` asks of them.
function recordCanvases() {
  globalThis.Path2D = String;
  const makePen = (log) => ({
    log,
    clearRect: () => log.splice(0),
    setTransform: (...matrix) => log.push(matrix.join()),
    stroke: (path) => log.push(`${path}`),
    fill: (path) => log.push(`${path}`),
    drawImage: (image) => log.push(image),
    fillRect() {},
  });
  const createElement = () => {
    const pen = makePen([]);
    return { getContext: () => pen };
  };
  globalThis.document = { createElement };
}

// Each path with the matrix that it was drawn with.
function paths(pen) {
  let matrix = "";
  return pen.log.flatMap((entry) => {
    if (/^[-\d]/.test(entry)) matrix = entry;
    return /^M/.test(entry) ? [`${matrix} ${entry}`] : [];
  });
}

test("a stroke drawn bit by bit is the same as one drawn whole, and as one drawn again", () => {
  recordCanvases();
  const places = Array.from({ length: 50 }, (_, i) => [3 + 0.4 * i, 14 + 5 * Math.sin(i / 4), 0.5]);
  for (const tool of ["pen", "eraser", "rot", "mold", "bite", "sticker"]) {
    const drawing = new Drawing(SIZE, 10);
    drawing.begin(stroke([[3, 14]], { tool }));
    for (let i = 1; i < 50; i += 7) {
      drawing.extend(places.slice(i, i + 7));
      drawing.compose();
    }
    drawing.finish();
    const live = paths(drawing.layer.pen);
    drawing.undo();
    assert.deepEqual(paths(drawing.layer.pen), []);
    drawing.redo();
    assert.ok(live.length > 0);
    assert.deepEqual(paths(drawing.layer.pen), live, tool);
  }
});

test("a stroke that was canceled leaves nothing, and takes nothing with it", () => {
  recordCanvases();
  const drawing = new Drawing(SIZE, 10);
  drawing.add(DOT);
  const before = paths(drawing.layer.pen);
  drawing.begin(stroke([[1, 1]]));
  drawing.extend([
    [9, 9, 0.5],
    [20, 3, 0.5],
    [25, 25, 0.5],
  ]);
  drawing.compose();
  assert.notDeepEqual(paths(drawing.layer.pen), before);
  drawing.cancel();
  assert.deepEqual(paths(drawing.layer.pen), before);
  drawing.finish();
  assert.deepEqual(drawing.steps.done, [DOT]);
});

test("10,000 strokes are drawn again with no more effort than 240, upon what was flattened", () => {
  recordCanvases();
  const drawing = new Drawing(SIZE, 10);
  for (let seed = 0; seed < 10_000; seed++) {
    drawing.begin({ ...DOT, seed, points: [...DOT.points] });
    drawing.finish();
  }
  drawing.undo();
  assert.ok(paths(drawing.layer.pen).length < 240);
  assert.ok(drawing.layer.pen.log.includes(drawing.bitmap));
  drawing.clear();
  assert.ok(drawing.isBlank);
  drawing.undo();
  assert.ok(!drawing.isBlank);
});

test("a stroke without an end goes on as others", () => {
  recordCanvases();
  const drawing = new Drawing(SIZE, 10);
  drawing.begin(stroke([[0, 0]]));
  for (let i = 1; i <= 5000; i++) drawing.extend([[i % 28, (i % 9) * 3, 0.5]]);
  drawing.finish();
  const lengths = drawing.steps.done.map((step) => step.points.length);
  assert.ok(lengths.every((length) => length <= 2000));
  assert.equal(lengths.length, 3);
  const ends = drawing.steps.done.map((step) => [step.points[0], step.points.at(-1)]);
  for (const part of [1, 2]) assert.deepEqual(ends[part][0], ends[part - 1][1]);
});

test("nothing that was not drawn is moved or cleared", () => {
  recordCanvases();
  const drawing = new Drawing(SIZE, 10);
  drawing.clear();
  drawing.add(move(1, 0));
  assert.equal(drawing.steps.done.length, 0);
});

test("brushes leave the same marks each time, and others with another seed", () => {
  for (const tool of ["rot", "mold", "bite", "sticker"]) {
    const made = (seed) =>
      JSON.stringify(
        marksOf(
          stroke(
            [
              [3, 3],
              [20, 17],
            ],
            { tool, seed },
          ),
        ),
      );
    assert.equal(made(5), made(5));
    assert.notEqual(made(5), made(6));
    assert.ok(!/NaN|null/.test(made(5)), made(5));
  }
});

test("all marks but the last stay as they are while a stroke gets longer", () => {
  const points = Array.from({ length: 30 }, (_, i) => [i, 9 + (i % 3)]);
  for (const tool of ["pen", "eraser", "rot", "mold", "bite"])
    for (let count = 2; count < 30; count++) {
      const short = marksOf(stroke(points.slice(0, count), { tool })).slice(0, -1);
      assert.deepEqual(marksOf(stroke(points, { tool })).slice(0, short.length), short, tool);
    }
});

test("a pen that is pressed harder is wider, and half of its force is its size", () => {
  const widths = [0.1, 0.5, 0.9].map(
    (pressure) =>
      marksOf({
        ...DOT,
        points: [
          [1, 1, pressure],
          [5, 5, pressure],
        ],
      })[0].width,
  );
  assert.ok(widths[0] < widths[1] && widths[1] < widths[2]);
  near([widths[1]], [3], 1e-9);
});

test("pixels are means over areas, gray is luminance, and color comes back", () => {
  const rgba = new Uint8ClampedArray(4 * 4 * 2).fill(255); // 4 × 2 pixels, two of the picture
  for (const i of [0, 1, 4, 5]) rgba.set([i < 2 ? 200 : 100, 0, 30], 4 * i);
  assert.deepEqual([...readPixels(rgba, [1, 2, 3], 2)], [150, 0, 30, 255, 255, 255]);
  assert.deepEqual([...readPixels(rgba, [1, 2, 1], 2)], [Math.round(0.299 * 150 + 0.114 * 30), 255]);
  near(readInk(rgba).subarray(0, 3), [(0.299 * 200 + 0.114 * 30) / 255, (0.299 * 200 + 0.114 * 30) / 255, 1], 1e-6);
  const pixels = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  assert.deepEqual([...readPixels(toRgba(pixels, 3), [1, 2, 3], 1)], [...pixels]);
  assert.deepEqual([...toRgba(pixels.subarray(0, 1), 1)], [1, 1, 1, 255]);
});

test("painted is what differs by more than 10 of 255 in any channel", () => {
  const before = Uint8Array.from([100, 100, 100, 0, 0, 0, 250, 250, 250]);
  const pixels = Uint8Array.from([110, 90, 100, 0, 11, 0, 255, 250, 239]);
  assert.deepEqual([...readMask(pixels, before, 3)], [0, 1, 1]);
  assert.deepEqual([...readMask(pixels, before, 1)], [0, 0, 0, 0, 1, 0, 0, 0, 1]);
});

test("the ground is what is at the edges, whatever is in the middle", () => {
  const pixels = new Uint8Array(5 * 5 * 3).fill(9);
  for (let i = 0; i < 25; i++) if (i < 5 || i > 19 || i % 5 === 0 || i % 5 === 4) pixels.set([200, 150, 100], 3 * i);
  pixels.set([0, 0, 0], 0);
  assert.deepEqual(groundOf(pixels, [5, 5, 3]), [200, 150, 100]);
  assert.deepEqual(groundOf(new Uint8Array(25).fill(7), [5, 5, 1]), [7, 7, 7]);
});

// A polyline drawn with a round pen, float32 (side, side), antialiased.
function written(points, pen, side = 280) {
  const ink = new Float32Array(side * side);
  for (let i = 1; i < points.length; i++) {
    const [[x, y], [a, b]] = [points[i - 1], points[i]];
    const long = (a - x) ** 2 + (b - y) ** 2;
    for (let at = 0; at < ink.length; at++) {
      const [px, py] = [(at % side) + 0.5 - x, Math.floor(at / side) + 0.5 - y];
      const along = Math.min(1, Math.max(0, (px * (a - x) + py * (b - y)) / long));
      const away = Math.hypot(px - along * (a - x), py - along * (b - y));
      ink[at] = Math.max(ink[at], Math.min(1, Math.max(0, pen / 2 + 0.5 - away)));
    }
  }
  return ink;
}
const placed = (points, times, dx, dy) => points.map(([x, y]) => [x * times + dx, y * times + dy]);
const SEVEN = [
  [0, 0],
  [60, 0],
  [25, 100],
];
const SHAPES = [
  SEVEN,
  [
    [0, 0],
    [0, 100],
  ],
  [
    [0, 30],
    [100, 30],
  ],
  [
    [0, 0],
    [70, 20],
    [10, 90],
    [80, 100],
    [40, 50],
  ],
];

const pictureOf = (ink, width = 28, height = 28) => ({ ink, width, height });
function centerOf({ ink, width }) {
  let [sum, x, y] = [0, 0, 0];
  ink.forEach((amount, i) => {
    sum += amount;
    x += amount * (i % width);
    y += amount * Math.floor(i / width);
  });
  return [x / sum, y / sum];
}

test("writing fits into 20 × 20, fills it one way, and has its center of mass in the middle", () => {
  for (const shape of SHAPES)
    for (const [times, dx, dy, pen] of [
      [1, 20, 30, 12],
      [2.2, 40, 25, 30],
      [0.5, 190, 200, 8],
      [2.4, 20, 20, 3],
    ]) {
      const made = pictureOf(likeMnist(written(placed(shape, times, dx, dy), pen), 280, 280));
      const { width, height } = inkBox(made);
      assert.ok(Math.max(width, height) <= 20);
      assert.ok(Math.max(width, height) >= 19);
      near(centerOf(made), [14, 14], 0.5);
      assert.ok(made.ink.every((amount) => amount >= 0 && amount < 1 + 1e-5));
    }
});

test("without ink there is no picture, and a speck of dust is no ink", () => {
  const ink = new Float32Array(280 * 280);
  assert.ok(likeMnist(ink, 280, 280).every((amount) => amount === 0));
  ink[777] = 0.09;
  assert.ok(likeMnist(ink, 280, 280).every((amount) => amount === 0));
});

test("it does not matter where something was written, and little how large", () => {
  const made = (times, dx, dy) => likeMnist(written(placed(SEVEN, times, dx, dy), 12 * times), 280, 280);
  const first = made(1, 20, 20);
  near(made(1, 170, 133), first, 1e-6);
  // Half a pixel decides whether the center of mass is moved by one, so boxes are compared.
  const inkOf = (picture) => shrink(picture, inkBox(picture), 13, 20).ink;
  const expected = inkOf(pictureOf(first));
  for (const times of [0.5, 1.5, 2.2]) {
    const ink = inkOf(pictureOf(made(times, 30, 30)));
    const apart = ink.reduce((sum, amount, i) => sum + Math.abs(amount - expected[i]), 0);
    assert.ok(apart < 0.06 * expected.reduce((sum, amount) => sum + amount), `${times}: ${apart}`);
  }
});

// The thinnest that the pad draws is 5 px of 280.
test("thin strokes become as wide as MNIST's, also where nothing else is as thin; wide ones stay", () => {
  for (const shape of SHAPES)
    for (const pen of [5, 8, 12, 20]) {
      const width = strokeWidth(pictureOf(likeMnist(written(placed(shape, 2.2, 30, 30), pen), 280, 280)));
      assert.ok(width > 1.9 && width < 2.7, `${pen} px: ${width}`);
    }
  const wide = written(placed(SEVEN, 2, 30, 30), 40);
  near([strokeWidth(pictureOf(likeMnist(wide, 280, 280)))], [40 * (20 / 240)], 0.4);
});

test("a stroke's width is measured whatever its direction", () => {
  for (const angle of [0, 0.3, 0.785, 1.2, 1.571]) {
    const [x, y] = [100 * Math.cos(angle), 100 * Math.sin(angle)];
    const line = written(
      [
        [140 - x, 140 - y],
        [140 + x, 140 + y],
      ],
      10,
    );
    near([strokeWidth(pictureOf(line, 280, 280))], [10], 1);
    near([strokeWidth(thicken(pictureOf(line, 280, 280), 2.5))], [15], 1.2);
  }
});

test("a shrunk picture keeps its mean, and a box of whole areas its values", () => {
  const ink = Float32Array.from({ length: 60 }, (_, i) => (i % 7) / 7);
  const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;
  const picture = pictureOf(ink, 10, 6);
  for (const [wide, tall] of [
    [3, 4],
    [7, 5],
    [13, 9],
  ])
    near([mean(shrink(picture, { left: 0, top: 0, width: 10, height: 6 }, wide, tall).ink)], [mean(ink)], 1e-6);
  const box = { left: 2, top: 1, width: 3, height: 2 };
  near(
    shrink(picture, box, 3, 2).ink,
    [12, 13, 14, 22, 23, 24].map((i) => ink[i]),
    1e-7,
  );
});

test("pictures of other shapes have margins in proportion", () => {
  const made = likeMnist(written(placed(SEVEN, 2, 30, 30), 20), 280, 280, 48, 64);
  assert.equal(made.length, 48 * 64);
  const { width, height } = inkBox(pictureOf(made, 48, 64));
  assert.ok(height <= 46 && height >= 45 && width <= 34);
  near(centerOf(pictureOf(made, 48, 64)), [24, 32], 0.51);
});

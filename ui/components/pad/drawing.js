import { drawMarks, marksOf } from "./paint.js";

// The drawing as steps: strokes, and what was done to all that had been drawn. Lengths are in pixels of the picture.
// What the steps come to is worked out without a canvas; only `Drawing` has some.

const MOST_STEPS = 240; // beyond them the oldest become one bitmap, so that neither memory nor time grows
const KEPT_STEPS = 120; // then; so many can always be undone
const MOST_POINTS = 2000; // of a stroke, which goes on as another one
const NEAR = 0.08; // px; a point nearer to the one before it changes nothing
const THINNEST = 0.5; // px
const STILL = [1, 0, 0, 1, 0, 0]; // as canvases write matrices

// The matrix that does `first`, then `then`.
function joined([a, b, c, d, e, f], [A, B, C, D, E, F]) {
  return [a * A + c * B, b * A + d * B, a * C + c * D, b * C + d * D, a * E + c * F + e, b * E + d * F + f];
}

function matrixOf({ kind, dx, dy, degrees }, [width, height]) {
  if (kind === "move") return [1, 0, 0, 1, dx, dy];
  const angle = (degrees * Math.PI) / 180;
  const turn = [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0];
  const [x, y] = [width / 2, height / 2];
  return joined([1, 0, 0, 1, x, y], joined(turn, [1, 0, 0, 1, -x, -y]));
}

// What the steps leave to draw, each stroke with its matrix and its size. `matrix` and `grow` are for the bitmap that
// lies under them, of which nothing is left where `isCleared`. Matrices, not pixels, add up: turning and turning back,
// or out of the picture and in again, costs nothing.
export function replay(steps, size) {
  let [matrix, grow] = [STILL, 0];
  const strokes = [];
  for (const step of steps.toReversed()) {
    if (step.kind === "clear") return { strokes: strokes.reverse(), matrix, grow, isCleared: true };
    if (step.kind === "thicken") grow += step.by;
    else if (step.kind !== "stroke") matrix = joined(matrix, matrixOf(step, size));
    else {
      const wider = step.tool === "eraser" ? -grow : grow; // what was erased gets narrower as ink gets wider
      strokes.push({ ...step, matrix, size: Math.max(THINNEST, step.size + wider) });
    }
  }
  return { strokes: strokes.reverse(), matrix, grow, isCleared: false };
}

// A step that does what two did, one after the other.
function merged(one, other) {
  if (one.kind === "stroke") return { ...one, points: [...one.points, ...other.points] };
  const sum = (name) => one[name] + other[name];
  return Object.fromEntries(Object.keys(one).map((name) => [name, name === "kind" ? one.kind : sum(name)]));
}

export class Steps {
  done = [];
  undone = [];

  // `flatten` is called with the oldest steps when they are forgotten.
  constructor(flatten) {
    this.flatten = flatten;
  }

  // With `merges`, a step of the same kind as the one before it becomes one with it.
  add(step, merges = false) {
    this.undone = [];
    if (merges && this.done.at(-1)?.kind === step.kind) this.done.push(merged(this.done.pop(), step));
    else this.done.push(step);
    if (this.done.length > MOST_STEPS) this.flatten(this.done.splice(0, this.done.length - KEPT_STEPS));
  }

  undo() {
    if (this.done.length) this.undone.push(this.done.pop());
  }

  redo() {
    if (this.undone.length) this.done.push(this.undone.pop());
  }
}

// A canvas in memory. It is read in every frame, so the browser is told to keep it where reading is quick.
export function makeCanvas(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return { canvas, pen: canvas.getContext("2d", { willReadFrequently: true }) };
}

export class Drawing {
  steps = new Steps((oldest) => this.flatten(oldest));
  bitmap = null; // of steps that were forgotten
  stroke = null; // that is being drawn
  settled = 0; // how many of its marks are on the layer

  // `size`: [width, height] of the picture; `scale`: how many times as large it is drawn.
  constructor(size, scale) {
    Object.assign(this, { size, scale });
    [this.layer, this.shown] = [this.blank(), this.blank()];
  }

  blank() {
    return makeCanvas(...this.size.map((length) => length * this.scale));
  }

  get isBlank() {
    const { strokes, isCleared } = replay(this.steps.done, this.size);
    return !strokes.length && (isCleared || !this.bitmap);
  }

  // Whether what is left can no more be undone.
  isForgetful() {
    return !this.steps.done.length && this.bitmap !== null;
  }

  begin(stroke) {
    Object.assign(this, { stroke: { kind: "stroke", ...stroke, matrix: STILL }, settled: 0 });
  }

  // Takes the next points, [x, y, pressure], of the stroke that is being drawn.
  extend(points) {
    for (const point of points) {
      const last = this.stroke.points.at(-1);
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAR) this.stroke.points.push(point);
    }
    if (this.stroke.points.length < MOST_POINTS) return;
    const next = { ...this.stroke, seed: this.stroke.seed + 1, points: this.stroke.points.slice(-1) };
    this.finish();
    this.begin(next);
  }

  finish() {
    if (!this.stroke) return;
    drawMarks(this.layer.pen, this.scale, marksOf(this.stroke).slice(this.settled), STILL);
    const { matrix, ...step } = this.stroke;
    this.stroke = null;
    this.steps.add(step);
  }

  // Leaves nothing of a stroke that was not meant.
  cancel() {
    this.stroke = null;
    this.render(this.layer, this.steps.done);
  }

  // Takes a step that is whole already.
  add(step, merges) {
    if (step.kind !== "stroke" && this.isBlank) return;
    this.steps.add(step, merges);
    this.render(this.layer, this.steps.done);
  }

  clear() {
    this.add({ kind: "clear" });
  }

  undo() {
    this.steps.undo();
    this.render(this.layer, this.steps.done);
  }

  redo() {
    this.steps.redo();
    this.render(this.layer, this.steps.done);
  }

  flatten(oldest) {
    const bitmap = this.blank();
    this.render(bitmap, oldest);
    this.bitmap = bitmap.canvas;
  }

  render({ canvas, pen }, steps) {
    const { strokes, matrix, grow, isCleared } = replay(steps, this.size);
    pen.setTransform(...STILL);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (this.bitmap && !isCleared) this.renderBitmap(pen, matrix, grow);
    for (const stroke of strokes) drawMarks(pen, this.scale, marksOf(stroke), stroke.matrix);
  }

  renderBitmap(pen, matrix, grow) {
    let { bitmap } = this;
    if (grow < 0) {
      const [thin, rest] = [this.blank(), this.blank()];
      rest.pen.fillRect(0, 0, bitmap.width, bitmap.height);
      for (const { pen } of [thin, rest]) {
        pen.drawImage(bitmap, 0, 0);
        pen.globalCompositeOperation = "destination-out";
      }
      rest.pen.drawImage(bitmap, 0, 0);
      drawAround(thin.pen, rest.canvas, -grow * this.scale);
      bitmap = thin.canvas;
    }
    const [a, b, c, d, e, f] = matrix;
    pen.setTransform(a, b, c, d, e * this.scale, f * this.scale);
    drawAround(pen, bitmap, Math.max(0, grow) * this.scale);
  }

  // The canvas of all that was drawn, up to the last point. The end of a stroke still changes with its next point, so
  // it is only on what is shown, not on the layer.
  compose() {
    const { canvas, pen } = this.shown;
    const marks = this.stroke ? marksOf(this.stroke) : [];
    if (marks.length) drawMarks(this.layer.pen, this.scale, marks.slice(this.settled, -1), STILL);
    this.settled = Math.max(0, marks.length - 1);
    pen.setTransform(...STILL);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(this.layer.canvas, 0, 0);
    drawMarks(pen, this.scale, marks.slice(-1), STILL);
    return canvas;
  }
}

// Draws a bitmap so that strokes on it are so much wider, by drawing it at places around its own.
function drawAround(pen, bitmap, wider) {
  pen.drawImage(bitmap, 0, 0);
  for (let place = 0; wider > 0 && place < 32; place++) {
    const [angle, radius] = [(place * Math.PI) / 8, wider / (place < 16 ? 2 : 4)];
    pen.drawImage(bitmap, radius * Math.cos(angle), radius * Math.sin(angle));
  }
}

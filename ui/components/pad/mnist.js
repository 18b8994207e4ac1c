// Writing brought into the form of MNIST's digits: within 20 × 20 of 28 × 28 pixels, with its center of mass in the
// middle (doi:10.1109/5.726791), and in strokes no thinner than theirs. `ink`: float32 (height, width) in [0, 1].

const MARGIN = 4 / 28; // of the side
const LEAST_INK = 0.1;
const PEN = 2.2 / 28; // of the side: three of four of MNIST's digits have wider strokes; their median is 2.5 px
const FINE = 5; // times as large is what is made thicker
const TURNS = 2; // because a line of less than a pixel looks like a pale one of a pixel, and so less thin than it is

// The columns and rows from the first to the last with ink; null where there is none.
export function inkBox({ ink, width, height }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (ink[y * width + x] > LEAST_INK) {
        [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
      }
  return right ? { left, top, width: right - left, height: bottom - top } : null;
}

// Means over `count` equal parts of lines of `length` values: the first begins at `start`, the next `across` values
// further on, and their own values are `along` apart. The means of a line are as far apart as the lines are many.
function meansOf(values, { start, across, along, lines, length }, count) {
  const means = new Float32Array(lines * count);
  const part = length / count;
  for (let i = 0; i < count; i++) {
    const end = Math.min(length, (i + 1) * part);
    for (let j = Math.floor(i * part); j < end; j++) {
      const weight = (Math.min(end, j + 1) - Math.max(i * part, j)) / part;
      let from = start + j * along;
      for (let to = i * lines; to < (i + 1) * lines; to++, from += across) means[to] += weight * values[from];
    }
  }
  return means;
}

// A box of a picture, shrunk by averages over areas: rows first, because they are many values side by side.
export function shrink({ ink, width }, box, wide, tall) {
  const start = box.top * width + box.left;
  const flat = meansOf(ink, { start, across: 1, along: width, lines: box.width, length: box.height }, tall);
  const down = { start: 0, across: box.width, along: 1, lines: tall, length: box.width };
  const turned = meansOf(flat, down, wide); // (wide, tall)
  const shrunk = new Float32Array(wide * tall);
  for (let at = 0; at < shrunk.length; at++) shrunk[at] = turned[(at % wide) * tall + Math.floor(at / wide)];
  return { ink: shrunk, width: wide, height: tall };
}

// How wide strokes are: twice their area by the length of their edges, which is the total variation (by diagonals).
export function strokeWidth({ ink, width, height }) {
  const at = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : ink[y * width + x]);
  let [area, edges] = [0, 0];
  for (let y = 0; y <= height; y++)
    for (let x = 0; x <= width; x++) {
      area += at(x, y);
      edges += Math.hypot(at(x, y) - at(x - 1, y - 1), at(x, y - 1) - at(x - 1, y)) * Math.SQRT1_2;
    }
  return edges ? (2 * area) / edges : 0;
}

// Adds a round pen's `radius` on all sides, and room for it.
export function thicken({ ink, width, height }, radius) {
  const room = Math.ceil(radius);
  const wide = width + 2 * room;
  const thick = { ink: new Float32Array(wide * (height + 2 * room)), width: wide, height: height + 2 * room };
  const pen = [];
  for (let dy = -room; dy <= room; dy++)
    for (let dx = -room; dx <= room; dx++) {
      const weight = Math.min(1, radius + 1 - Math.hypot(dx, dy));
      if (weight > 0) pen.push([dy * wide + dx, weight]);
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const amount = ink[y * width + x];
      const middle = (y + room) * wide + x + room;
      if (!amount) continue;
      for (const [by, weight] of pen) thick.ink[middle + by] = Math.max(thick.ink[middle + by], amount * weight);
    }
  return thick;
}

// The ink alone, as large as fits, in its proportions.
function fit(picture, box, [wide, tall], times = 1) {
  const scale = Math.min(wide / box.width, tall / box.height);
  const size = [box.width, box.height].map((length) => times * Math.max(1, Math.round(length * scale)));
  return shrink(picture, box, ...size);
}

// Writing of any size as MNIST has it: float32 (tall, wide) in [0, 1]; black where nothing is written.
export function likeMnist(ink, width, height, wide = 28, tall = 28) {
  const made = new Float32Array(wide * tall);
  const picture = { ink, width, height };
  const box = inkBox(picture);
  if (!box) return made;
  const inner = [wide, tall].map((side) => side - 2 * Math.round(MARGIN * side));
  let small = fit(picture, box, inner);
  const [pen, side] = [PEN * Math.min(wide, tall), Math.max(small.width, small.height)];
  const fine = strokeWidth(small) < pen && fit(picture, box, inner, FINE);
  for (let [turn, radius] = [0, 0]; fine && turn < TURNS; turn++) {
    // What is made thicker is shrunk once more to fit, and so its strokes.
    radius += (FINE * Math.max(0, pen - strokeWidth(small))) / (2 * (1 - pen / side));
    const thick = thicken(fine, radius);
    small = fit(thick, inkBox(thick), inner);
  }
  const [left, top] = place(small, wide, tall);
  for (let y = 0; y < small.height; y++)
    made.set(small.ink.subarray(y * small.width, (y + 1) * small.width), (top + y) * wide + left);
  return made;
}

// Where the left and the upper edge are, in whole pixels, so that the center of mass is in the middle.
function place({ ink, width, height }, wide, tall) {
  let [sum, across, down] = [0, 0, 0];
  ink.forEach((amount, i) => {
    sum += amount;
    across += amount * (i % width);
    down += amount * Math.floor(i / width);
  });
  const within = (edge, most) => Math.min(Math.max(Math.round(edge), 0), most);
  return [within(wide / 2 - across / sum, wide - width), within(tall / 2 - down / sum, tall - height)];
}

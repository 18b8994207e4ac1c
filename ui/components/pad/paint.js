// What brushes leave: marks, each a path as SVG writes it, in pixels of the picture. A stroke has the same marks whenever
// it is drawn, and its first ones stay the same while it gets longer.

const EDGE = 4; // bites before the last one, which its edge would else run across
const CHANGED = 10; // of 255, in any channel

const LABELS = ["#ff3b6b", "#ff8a00", "#2f7df6", "#00a878"];

// Numbers in [0, 1) that follow from the seed (T. Ettinger's mulberry32).
function dice(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// A pen that is pressed at half of its force is as wide as it was set.
const widthAt = ({ size }, pressure) => size * (0.4 + 1.2 * pressure);
const disc = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;

// Curves through the middles between points, each with the width of its point; the last one goes to the last point.
function line(stroke) {
  const { points, color, tool } = stroke;
  const look = { color, isCut: tool === "eraser" };
  if (points.length === 1) return [{ ...look, d: disc(points[0][0], points[0][1], widthAt(stroke, points[0][2]) / 2) }];
  const middle = ([x, y], [a, b]) => `${(x + a) / 2} ${(y + b) / 2}`;
  return points.map(([x, y, pressure], i) => {
    const from = i ? middle(points[i - 1], points[i]) : `${x} ${y}`;
    const to = i + 1 < points.length ? middle(points[i], points[i + 1]) : `${x} ${y}`;
    return { ...look, width: widthAt(stroke, pressure), d: `M${from}Q${x} ${y} ${to}` };
  });
}

// Places along a stroke, `gap` apart, each with its diameter and its own dice.
function along(stroke, gap) {
  const { points, seed } = stroke;
  const places = [];
  const put = (x, y, pressure) =>
    places.push([x, y, widthAt(stroke, pressure), dice(seed * 7919 + places.length * 104_729)]);
  put(...points[0]);
  let left = gap; // to the next place
  for (let i = 1; i < points.length; i++) {
    const [[x, y], [a, b, pressure]] = [points[i - 1], points[i]];
    const length = Math.hypot(a - x, b - y);
    for (; left <= length; left += gap) put(x + ((a - x) * left) / length, y + ((b - y) * left) / length, pressure);
    left -= length;
  }
  return places;
}

// Somewhere within a disc.
function scattered(x, y, radius, roll) {
  const [away, angle] = [radius * Math.sqrt(roll()), 2 * Math.PI * roll()];
  return [x + away * Math.cos(angle), y + away * Math.sin(angle)];
}

// Discs of one middle, so that blotches are soft at their edges.
function rot(stroke) {
  return along(stroke, stroke.size / 3).flatMap(([x, y, width, roll]) => {
    const [a, b] = scattered(x, y, width / 4, roll);
    const radius = (width / 2) * (0.7 + 0.6 * roll());
    const color = roll() < 0.5 ? "#33190b" : "#5c3515";
    return [1, 0.75, 0.5, 0.25].map((part) => ({ d: disc(a, b, radius * part), color, alpha: 0.3 }));
  });
}

function mold(stroke) {
  return along(stroke, stroke.size / 3).flatMap(([x, y, width, roll]) =>
    [1, 2, 3].map(() => {
      const [a, b] = scattered(x, y, width / 2, roll);
      const color = ["#dfe8dc", "#b9c8b6", "#8ea48f"][Math.floor(3 * roll())];
      return { d: disc(a, b, width * (0.06 + 0.1 * roll())), color, alpha: 0.85 };
    }),
  );
}

// A bite covers the edges that it has in common with those just before it.
function bite(stroke) {
  const bites = along(stroke, stroke.size / 2).map(([x, y, width, roll]) => {
    const radius = (width / 2) * (0.85 + 0.3 * roll());
    return [{ d: disc(x, y, radius * 1.15), color: "#2a1a0c", alpha: 0.35 }, disc(x, y, radius)];
  });
  return bites.flatMap(([edge], i) => {
    const bitten = bites.slice(Math.max(0, i - EDGE), i + 1).map(([, d]) => d);
    return [edge, { d: bitten.join(""), color: stroke.ground }];
  });
}

// One label, where the stroke ends: it can be dragged to its place.
function sticker({ points, size, seed }) {
  const roll = dice(seed);
  const color = LABELS[Math.floor(LABELS.length * roll())];
  const [angle, [x, y]] = [(roll() - 0.5) * 0.7, points.at(-1)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const box = (w, h, down) => {
    const corner = (a, b) => `${x + a * cos - b * sin} ${y + a * sin + b * cos}`;
    return `M${corner(-w, down - h)}L${corner(w, down - h)}L${corner(w, down + h)}L${corner(-w, down + h)}Z`;
  };
  const label = { d: box(size, size * 0.65, 0), color };
  const lines = box(size * 0.7, size * 0.1, -size * 0.22) + box(size * 0.7, size * 0.1, size * 0.22);
  return [{ parts: [label, { d: lines, color: "#ffffff" }] }];
}

const BRUSHES = { rot, mold, bite, sticker };
export const marksOf = (stroke) => (BRUSHES[stroke.tool] ?? line)(stroke);

export function drawMarks(pen, scale, marks, [a, b, c, d, e, f]) {
  pen.setTransform(a * scale, b * scale, c * scale, d * scale, e * scale, f * scale);
  Object.assign(pen, { lineCap: "round", lineJoin: "round" });
  for (const mark of marks.flatMap((mark) => mark.parts ?? mark)) {
    pen.globalAlpha = mark.alpha ?? 1;
    pen.globalCompositeOperation = mark.isCut ? "destination-out" : "source-over";
    pen.fillStyle = pen.strokeStyle = mark.color;
    pen.lineWidth = mark.width ?? 0;
    if (mark.width) pen.stroke(new Path2D(mark.d));
    else pen.fill(new Path2D(mark.d));
  }
  Object.assign(pen, { globalAlpha: 1, globalCompositeOperation: "source-over" });
}

const luminance = (r, g, b) => 0.299 * r + 0.587 * g + 0.114 * b;

// The mean of every `scale` × `scale` of RGBA pixels, uint8 (height, width, channels).
export function readPixels(rgba, [height, width, channels], scale) {
  const sums = new Float32Array(height * width * 3);
  for (let y = 0, i = 0; y < height * scale; y++) {
    const row = 3 * Math.floor(y / scale) * width;
    for (let at = row; at < row + 3 * width; at += 3)
      for (let part = 0; part < scale; part++, i += 4) {
        sums[at] += rgba[i];
        sums[at + 1] += rgba[i + 1];
        sums[at + 2] += rgba[i + 2];
      }
  }
  const pixels = new Uint8Array(height * width * channels);
  for (let i = 0; i < pixels.length; i++) {
    const sum = channels === 3 ? sums[i] : luminance(sums[3 * i], sums[3 * i + 1], sums[3 * i + 2]);
    pixels[i] = Math.round(sum / (scale * scale));
  }
  return pixels;
}

// How light every one of RGBA pixels is, float32 in [0, 1].
export function readInk(rgba) {
  const ink = new Float32Array(rgba.length / 4);
  for (let i = 0, at = 0; i < ink.length; i++, at += 4) ink[i] = luminance(rgba[at], rgba[at + 1], rgba[at + 2]) / 255;
  return ink;
}

// 1 for every pixel that differs visibly from the picture before, uint8 (height, width).
export function readMask(pixels, before, channels) {
  const mask = new Uint8Array(pixels.length / channels);
  for (let i = 0; i < pixels.length; i++)
    if (Math.abs(pixels[i] - before[i]) > CHANGED) mask[Math.floor(i / channels)] = 1;
  return mask;
}

// The median color at the edge of a picture, [red, green, blue].
export function groundOf(pixels, [height, width, channels]) {
  const isEdge = (at) => at < width || at >= width * (height - 1) || at % width === 0 || at % width === width - 1;
  const edge = Array.from({ length: height * width }, (_, at) => at).filter(isEdge);
  const middle = (channel) => edge.map((at) => pixels[at * channels + channel]).sort((a, b) => a - b)[edge.length >> 1];
  return [0, 1, 2].map((channel) => middle(Math.min(channel, channels - 1)));
}

// Gray, float32 (height, width) in [0, 1], as uint8 (height, width, channels).
export function grayPixels(gray, channels) {
  const pixels = new Uint8Array(gray.length * channels);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(255 * gray[Math.floor(i / channels)]);
  return pixels;
}

export function toRgba(pixels, channels) {
  const rgba = new Uint8ClampedArray((4 * pixels.length) / channels).fill(255);
  for (let i = 0; i < rgba.length; i++)
    if (i % 4 < 3) rgba[i] = pixels[(i >> 2) * channels + Math.min(i % 4, channels - 1)];
  return rgba;
}

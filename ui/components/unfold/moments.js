// Moments of a training: { epoch, points }, where points are [x, y, x, y, …] on a plane. Between two of them every
// point goes straight on, at an even pace. A time is the number of a moment, with a fraction on the way to the next.

const MARGIN = 0.04; // of the width, left free around the points
const SHARES = 1e4; // a point is drawn at so many parts of the width and, upwards, the height

// The part of the plane that has the points of all moments: [left, bottom, width, height].
export function frameOf(moments) {
  const ends = [0, 1].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { points } of moments)
      for (let index = axis; index < points.length; index += 2) {
        low = Math.min(low, points[index]);
        high = Math.max(high, points[index]);
      }
    const margin = MARGIN * (high - low || 1);
    return [low - margin, high - low + 2 * margin];
  });
  return [ends[0][0], ends[1][0], ends[0][1], ends[1][1]];
}

// The numbers of the moments before and after a time, and how far it is from the one to the other, in [0, 1].
export function around(moments, time) {
  const before = Math.min(Math.max(Math.floor(time), 0), moments.length - 1);
  return [before, Math.min(before + 1, moments.length - 1), Math.min(Math.max(time - before, 0), 1)];
}

export function epochAt(moments, time) {
  const [before, after, share] = around(moments, time);
  return moments[before].epoch + share * (moments[after].epoch - moments[before].epoch);
}

// Writes to `into` where the points are at a time, as parts of the frame.
export function placeAt(moments, time, [left, bottom, width, height], into) {
  const [before, after, share] = around(moments, time);
  const [from, to] = [moments[before].points, moments[after].points];
  for (let index = 0; index < into.length; index += 2) {
    const [x, y] = [index, index + 1].map((at) => from[at] + share * (to[at] - from[at]));
    into[index] = ((x - left) / width) * SHARES;
    into[index + 1] = ((y - bottom) / height) * SHARES;
  }
}

// The next whole moment in a direction, 1 or -1, of so many.
export function nextMoment(time, direction, count) {
  const next = direction > 0 ? Math.floor(time + 1e-6) + 1 : Math.ceil(time - 1e-6) - 1;
  return Math.min(Math.max(next, 0), count - 1);
}

export function inEpochs(epoch) {
  return String(Number(epoch.toFixed(epoch < 1 ? 2 : 1)));
}

// What a screen reader is told of a time.
export function timeInWords(epoch) {
  if (!epoch) return "before the first step";
  return `after ${inEpochs(epoch)} ${inEpochs(epoch) === "1" ? "epoch" : "epochs"}`;
}

// Points that came as the content of little-endian floats, or as the same in base64.
export function readPoints(content) {
  const bytes =
    typeof content === "string" ? Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0)).buffer : content;
  return new Float32Array(bytes);
}

// Numbers, ticks and scales of an axis.

// 0.0213, 1.2, 340, 12k: three digits are as many as anybody compares.
export function formatNumber(value) {
  if (!Number.isFinite(value)) return "–";
  const [sign, size] = [value < 0 ? "−" : "", Math.abs(+value.toPrecision(3))];
  if (size >= 1e6) return `${sign}${+(size / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${sign}${+(size / 1e3).toPrecision(3)}k`;
  return sign + (size !== 0 && size < 1e-4 ? size.toExponential(1) : size);
}

export function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((multiple) => multiple * power >= rough * 0.999);
}

// Round values within a range; about `count` on a linear scale, and on whole numbers alone where only they count.
export function ticks(scale, [low, high], count, whole = false) {
  if (scale === "log") return logTicks(low, high);
  const step = Math.max(niceStep((high - low) / count), whole ? 1 : 0);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => +((first + i) * step).toPrecision(12));
}

// Powers of ten; with few of them in sight also their 2 and 5 fold.
function logTicks(low, high) {
  const multiples = Math.log10(high / low) < 2.5 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1e-9; power++)
    for (const multiple of multiples) ticks.push(+(multiple * 10 ** power).toPrecision(12));
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

// [low, high] of the values, never empty and never of zero width.
export function extent(values, scale) {
  const usable = values.filter((value) => Number.isFinite(value) && (scale !== "log" || value > 0));
  if (!usable.length) return scale === "log" ? [1, 10] : [0, 1];
  const low = usable.reduce((a, b) => Math.min(a, b));
  const high = usable.reduce((a, b) => Math.max(a, b));
  if (low < high) return [low, high];
  return scale === "log" ? [low / 2, low * 2] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
}

// The y axis ends on ticks, and starts at zero when zero is near: a short bar must not look like none.
export function yExtent(values, scale) {
  const [low, high] = extent(values, scale);
  if (scale === "log") return [1 / niceStep(1 / low), niceStep(high)];
  const bottom = low > 0 && low < 0.4 * high ? 0 : low;
  const step = niceStep((high - bottom) / 4);
  return [Math.floor(bottom / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

export function makeScale(kind, [low, high], from, to) {
  const unit = kind === "log" ? Math.log : (value) => value;
  const slope = (to - from) / (unit(high) - unit(low));
  return (value) => from + (unit(value) - unit(low)) * slope;
}

// Those of the ticks whose labels do not lie on each other; earlier ones win. `center(tick)`: where the middle of its
// label is; `half(tick)`: half the label's width; both in px.
export function fittingTicks(ticks, center, half) {
  const taken = [];
  const fits = (tick) => taken.every((other) => Math.abs(center(other) - center(tick)) >= half(tick) + half(other));
  for (const tick of ticks) if (!taken.includes(tick) && fits(tick)) taken.push(tick);
  return taken;
}

// Indexes of round numbers where positions are whole numbers, else every so many.
export function evenTicks(positions) {
  const numbers = positions.map(Number);
  const isWhole = numbers.every(Number.isInteger);
  const step = niceStep(Math.max(1, positions.length - 1) / 6);
  return [...numbers.keys()].filter((index) => (isWhole ? numbers[index] % step : index % Math.ceil(step)) === 0);
}

import { formatNumber } from "./axis.js";

// The lines of a chart: { name, style, points: [[x, y], ...] }. `chart` is what Python sent, with the kinds of its
// scales; the functions `x` and `y` lead from a value to px.

export function isVisible([x, y], { x_scale, y_scale }) {
  return Number.isFinite(y) && Number.isFinite(x) && (y_scale !== "log" || y > 0) && (x_scale !== "log" || x > 0);
}

export function describe(chart) {
  const parts = chart.lines.map(({ name, points }) => {
    const known = points.filter(([, y]) => y !== null);
    if (!known.length) return `${name}: nothing yet`;
    const [first, last] = [known[0], known[known.length - 1]].map((point) => point.map(formatNumber));
    return `${name}: ${first[1]} at ${first[0]}, ${last[1]} at ${last[0]}`;
  });
  return [chart.title, chart.description, ...parts].filter(Boolean).join(". ");
}

// A value that does not exist leaves a gap in the line.
export function linePath(points, { x, y, data }) {
  const shown = points.map((point) => isVisible(point, data));
  const part = ([left, value], i) => `${shown[i - 1] ? "L" : "M"}${x(left).toFixed(1)} ${y(value).toFixed(1)}`;
  return points.map((point, i) => (shown[i] ? part(point, i) : "")).join("");
}

// Steps on a floor at `bottom` px: a histogram. Values below `least` are drawn as `least`.
export function areaPath(points, { x, y }, least, bottom) {
  const floor = bottom.toFixed(1);
  const steps = points.map(([left, value], index) => {
    const height = y(Math.max(value ?? 0, least)).toFixed(1);
    return index ? `H${x(left).toFixed(1)}V${height}` : `M${x(left).toFixed(1)} ${floor}V${height}`;
  });
  return `${steps.join("")}V${floor}`;
}

// The value of a line at x: that of its point, or on the straight stroke between two points.
export function valueAt(line, x, chart) {
  if (line.style === "area") return NaN;
  const known = line.points.filter((point) => isVisible(point, chart));
  const after = known.findIndex((point) => point[0] >= x);
  if (after < 0) return NaN;
  const [x1, y1] = known[after];
  if (x1 === x) return y1;
  if (after === 0 || line.style === "points") return NaN;
  const [x0, y0] = known[after - 1];
  const [a, b] = chart.x_scale === "log" ? [Math.log(x / x0), Math.log(x1 / x0)] : [x - x0, x1 - x0];
  return chart.y_scale === "log" ? y0 * (y1 / y0) ** (a / b) : y0 + ((y1 - y0) * a) / b;
}

// Of several at the same distance, the first.
export function nearestIndex(lefts, left) {
  const away = lefts.map((each) => Math.abs(each - left));
  return away.indexOf(Math.min(...away));
}

// { away, line, point } of the point nearest to (left, top) in px, if there is one. Up and down counts a third.
export function nearestPoint(chart, { x, y }, left, top) {
  const away = (point) => Math.hypot(x(point[0]) - left, (y(point[1]) - top) / 3);
  const visible = (line) => line.points.filter((point) => isVisible(point, chart));
  const all = chart.lines.flatMap((line) => visible(line).map((point) => ({ away: away(point), line, point })));
  return all.sort((a, b) => a.away - b.away)[0];
}

// Points of a scatter plot: [x, y, x, y, ...] as whole shares of 10,000, to the right and upwards. `width` and `height`
// of the plot, and what is returned, are in px, to the right and downwards.

export function placeOf(points, index, { width, height }) {
  return [(points[2 * index] / 1e4) * width, (1 - points[2 * index + 1] / 1e4) * height];
}

// The index of the visible point that is nearest to (x, y) and nearer than `reach`, or -1.
export function nearestPoint(points, size, x, y, reach, isVisible) {
  let found = -1;
  let least = reach * reach;
  for (let index = 0; index < points.length / 2; index++) {
    if (!isVisible(index)) continue;
    const [left, top] = placeOf(points, index, size);
    const away = (left - x) ** 2 + (top - y) ** 2;
    if (away < least) [found, least] = [index, away];
  }
  return found;
}

// The number of the cell under (x, y), row by row from the top left; of the nearest one, outside.
export function cellAt([columns, rows], { width, height }, x, y) {
  const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
  return within(y / height, rows) * columns + within(x / width, columns);
}

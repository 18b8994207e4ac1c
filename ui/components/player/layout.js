// How large pictures are and how many stand side by side. Of a tile are `width` and `height` in device pixels.

const NARROW = 560; // css px; below it pictures wrap into bands of BAND columns
const BAND = 5;
const LARGEST_TILE = 168; // css px
const SMALLEST_TILE = 40;
const SMALLEST_LARGE_TILE = 120;

// Largest whole number of device pixels per picture pixel that has room. `room`: css px for `count` pictures.
export function tileFor(room, count, ratio, [width, height], large) {
  const largest = large ? 2 * LARGEST_TILE : LARGEST_TILE;
  const each = Math.min((room - 4 * (count - 1)) / count, Math.max(largest, width / ratio)) * ratio;
  const factor = each >= width ? Math.floor(each / width) : each / width;
  return { width: Math.floor(width * factor), height: Math.floor(height * factor), shrunk: factor < 1 };
}

// Labels stand on the left unless pictures would pay for it with a size. `room`, `labelWidth`: css px; `ratio`: device
// pixels in one of them.
export function planBands(room, labelWidth, ratio, { columns, tile, large }) {
  const beside = Math.ceil(labelWidth) + 16;
  let count = room < NARROW ? Math.min(BAND, columns) : columns;
  while (count > BAND && room / count < SMALLEST_TILE) count = Math.ceil(count / 2);
  while (large && count > 2 && room / count < SMALLEST_LARGE_TILE) count = Math.ceil(count / 2);
  const above = tileFor(room, count, ratio, tile, large);
  const left = tileFor(room - beside, count, ratio, tile, large);
  const labelsLeft = room >= NARROW && left.width >= 0.8 * above.width;
  const size = labelsLeft ? left : above;
  const spare = ((labelsLeft ? room - beside : room) * ratio - count * size.width) / Math.max(1, count - 1);
  size.gap = Math.max(1, Math.floor(Math.min(spare, 16 * ratio)));
  return { count, labelsLeft, beside, size, ratio };
}

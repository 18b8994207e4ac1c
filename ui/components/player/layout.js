// How large pictures are and how many stand side by side. Of a tile are `width` and `height` in device pixels.

const NARROW = 560; // css px; below it pictures wrap into bands of BAND columns
const BAND = 5;
const LARGEST_TILE = 240; // css px
const SMALLEST_TILE = 40;
const SMALLEST_LARGE_TILE = 120;
const ROW_GAP = 8;

// The largest tile that has room. `room`, `height`: css px for `count` pictures in a row, and for one of them.
export function tileFor(room, height, count, ratio, [width, tall], large) {
  const largest = large ? 2 * LARGEST_TILE : LARGEST_TILE;
  const wide = Math.min((room - 4 * (count - 1)) / count, Math.max(largest, width / ratio));
  const each = Math.min(wide, Math.max(SMALLEST_TILE, (height * width) / tall)) * ratio;
  const whole = Math.floor(each / width); // whole pixels look best, where they do not cost much of the size
  const factor = whole >= 1 && whole * width >= 0.9 * each ? whole : each / width;
  return { width: Math.floor(width * factor), height: Math.floor(tall * factor), factor };
}

// Labels stand on the left unless pictures would pay for it with a size. `room`, `height`, `labelWidth`: css px;
// `ratio`: device pixels in one of them; `rows`: of pictures.
export function planBands(room, height, labelWidth, ratio, { columns, tile, large, rows }) {
  const beside = Math.ceil(labelWidth) + 16;
  let count = room < NARROW ? Math.min(BAND, columns) : columns;
  while (count > BAND && room / count < SMALLEST_TILE) count = Math.ceil(count / 2);
  while (large && count > 2 && room / count < SMALLEST_LARGE_TILE) count = Math.ceil(count / 2);
  const labelHeight = 26;
  const tall = (labels) => height / Math.max(1, rows.length) - ROW_GAP - (labels ? labelHeight : 0);
  const above = tileFor(room, tall(true), count, ratio, tile, large);
  const left = tileFor(room - beside, tall(false), count, ratio, tile, large);
  const labelsLeft = room >= NARROW && left.width >= 0.8 * above.width;
  const size = labelsLeft ? left : above;
  const spare = ((labelsLeft ? room - beside : room) * ratio - count * size.width) / Math.max(1, count - 1);
  size.gap = Math.max(1, Math.floor(Math.min(spare, 16 * ratio)));
  return { count, labelsLeft, beside, size, ratio };
}

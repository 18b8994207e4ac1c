import { niceStep } from "../chart/axis.js";

// Those of the indexes whose labels do not touch each other; earlier ones win. `center(index)`, `half(index)`: px.
export function fittingTicks(indexes, center, half) {
  const taken = [];
  const fits = (index) => taken.every((other) => Math.abs(center(other) - center(index)) > half(index) + half(other));
  for (const index of indexes) if (!taken.includes(index) && fits(index)) taken.push(index);
  return taken;
}

// Indexes of round numbers where positions are whole numbers, else every so many.
export function evenTicks(positions) {
  const numbers = positions.map(Number);
  const step = niceStep(Math.max(1, positions.length - 1) / 6);
  const all = [...numbers.keys()];
  if (numbers.every(Number.isInteger)) return all.filter((index) => numbers[index] % step === 0);
  return all.filter((index) => index % Math.ceil(step) === 0);
}

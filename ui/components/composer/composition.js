// A composition as Python has it: { kind, encoder, decoder, activation, dropout, decay, norm }. A layer is
// [units, kernel, stride], of a dense one [units, 0, 0]; the decoder is null where it mirrors the encoder.
// Nothing here changes one: every edit gives another.

const SENSIBLE = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048];
const FIRST = {
  dense: [
    [256, 0, 0],
    [128, 0, 0],
  ],
  conv: [
    [16, 3, 2],
    [32, 3, 2],
  ],
};

// The sensible number of units that is closest, as a factor.
export function snap(units, most) {
  const distance = (step) => Math.abs(Math.log(step / Math.max(units, 0.5)));
  return SENSIBLE.filter((step) => step <= most).reduce((best, step) =>
    distance(step) < distance(best) ? step : best,
  );
}

// The sensible number that is so many steps from one of units.
export function stepped(units, by, most) {
  const steps = SENSIBLE.filter((step) => step <= most);
  const above = steps.findIndex((step) => (by > 0 ? step > units : step >= units));
  const index = by > 0 ? (above < 0 ? steps.length : above) - 1 + by : (above < 0 ? steps.length : above) + by;
  return steps[Math.min(Math.max(index, 0), steps.length - 1)];
}

export function layersOf(composition, half) {
  return composition[half] ?? composition.encoder.toReversed();
}

// Whether two mean one network: a decoder that is as the mirror is may be written or not.
export function isSame(one, other) {
  const [text, same] = [one, other].map((each) => JSON.stringify({ ...each, decoder: layersOf(each, "decoder") }));
  return text === same;
}

// The half and the place where the layer is written that is seen here: the decoder's may be the encoder's in a mirror.
function written({ encoder, decoder }, half, index) {
  return half === "decoder" && !decoder ? ["encoder", encoder.length - 1 - index] : [half, index];
}

export function change(composition, half, index, layer) {
  const [name, place] = written(composition, half, index);
  return { ...composition, [name]: composition[name].with(place, layer) };
}

// With one more layer after the one at `index`, or at -1 before all, like the one beside it.
export function add(composition, half, index) {
  const layers = layersOf(composition, half);
  const [units, kernel, stride] = layers[Math.max(index, 0)];
  const [name, place] = written(composition, half, index);
  const where = name === half ? place + 1 : place;
  const made = [units, kernel, Math.min(stride, 1)];
  return { ...composition, [name]: composition[name].toSpliced(where, 0, made) };
}

export function take(composition, half, index) {
  const [name, place] = written(composition, half, index);
  return { ...composition, [name]: composition[name].toSpliced(place, 1) };
}

// What was composed last of each kind, and the last decoder that was no mirror: whoever looks at something else finds
// them again.
export class Recall {
  layers = { dense: { encoder: FIRST.dense, decoder: null }, conv: { encoder: FIRST.conv, decoder: null } };
  decoders = {};

  ofKind(composition, kind) {
    const { encoder, decoder } = composition;
    this.layers[composition.kind] = { encoder, decoder };
    return { ...composition, kind, ...this.layers[kind] };
  }

  mirror(composition, mirrors) {
    const mirrored = { ...composition, decoder: null };
    if (!mirrors)
      return { ...composition, decoder: this.decoders[composition.kind] ?? layersOf(composition, "decoder") };
    this.decoders[composition.kind] = isSame(composition, mirrored) ? undefined : composition.decoder;
    return mirrored;
  }
}

// Over how many places of a small picture each layer has its units: 1 where it is dense.
export function placesOf(composition, half, [height, width]) {
  const layers = layersOf(composition, half);
  if (composition.kind === "dense") return layers.map(() => 1);
  const smaller = (sides, stride) => sides.map((side) => Math.ceil(side / stride));
  if (half === "encoder") {
    let sides = [height, width];
    return layers.map(([, , stride]) => {
      sides = smaller(sides, stride);
      return sides[0] * sides[1];
    });
  }
  const all = layers.reduce((product, [, , stride]) => product * stride, 1);
  let sides = smaller([height, width], all);
  return layers.map(([, , stride]) => {
    const places = sides[0] * sides[1];
    sides = sides.map((side) => side * stride);
    return places;
  });
}

// What a stride does to the sides of a small picture.
export const SIGNS = { encoder: "÷", decoder: "×" };

// What a bar says of its layer.
export function wordsOf(half, [units, kernel, stride]) {
  if (!kernel) return String(units);
  return `${units} · ${kernel} × ${kernel}${stride > 1 ? `, ${SIGNS[half]} ${stride}` : ""}`;
}

// How wide a bar is, as a share of the widest: by the logarithm, because 784 and 8 do not fit on one scale.
export const shareOf = (numbers, widest) => Math.log2(1 + numbers) / Math.log2(1 + widest);

import assert from "node:assert/strict";
import test from "node:test";
import {
  add,
  change,
  isSame,
  layersOf,
  placesOf,
  Recall,
  shareOf,
  snap,
  stepped,
  take,
  wordsOf,
} from "../../../ui/components/composer/composition.js";

const [A, B, C] = [9, 8, 7].map((units) => [units, 3, 2]);
const composition = (encoder, decoder = null) => ({ kind: "conv", encoder, decoder, activation: "relu" });

test("units snap to sensible numbers, as factors, and stay within bounds", () => {
  assert.deepEqual(
    [0, 1, 5, 100, 140, 250, 9999].map((units) => snap(units, 2048)),
    [1, 1, 6, 96, 128, 256, 2048],
  );
  assert.equal(snap(2000, 256), 256);
  for (let units = 1; units <= 2048; units++) assert.equal(snap(snap(units, 2048), 2048), snap(units, 2048));
});

test("a step leads to the next sensible number, also from one between", () => {
  assert.deepEqual([stepped(256, 1, 2048), stepped(256, -1, 2048)], [384, 192]);
  assert.deepEqual([stepped(200, 1, 2048), stepped(200, -1, 2048)], [256, 192]);
  assert.deepEqual([stepped(5, 99, 256), stepped(5, -99, 256), stepped(256, 1, 256)], [256, 1, 256]);
});

test("what is done to a mirrored decoder is done to the encoder", () => {
  const start = composition([A, B]);
  assert.deepEqual(layersOf(start, "decoder"), [B, A]);
  assert.deepEqual(change(start, "decoder", 0, C), composition([A, C]));
  assert.deepEqual(take(start, "decoder", 0), composition([A]));
  for (const index of [-1, 0, 1]) {
    const grown = add(start, "decoder", index);
    const layers = layersOf(grown, "decoder");
    assert.equal(grown.decoder, null);
    assert.deepEqual(layers.toSpliced(index + 1, 1), [B, A]);
    assert.deepEqual(layers[index + 1], [[B, A][Math.max(index, 0)][0], 3, 1]);
  }
});

test("a decoder by itself leaves the encoder alone, and nothing changes what was there", () => {
  const start = new Recall().mirror(composition([A, B]), false);
  assert.deepEqual(start.decoder, [B, A]);
  assert.ok(isSame(start, composition([A, B])));
  assert.deepEqual(change(start, "decoder", 0, C), composition([A, B], [C, A]));
  assert.deepEqual(add(start, "decoder", 1).decoder, [B, A, [9, 3, 1]]);
  assert.deepEqual(take(start, "decoder", 1), composition([A, B], [B]));
  assert.ok(!isSame(take(start, "decoder", 1), start));
  assert.deepEqual(start, composition([A, B], [B, A]));
  assert.equal(new Recall().mirror(start, true).decoder, null);
});

test("layers of another kind begin anew, with the same options", () => {
  const dense = new Recall().ofKind({ ...composition([A], [B]), norm: true }, "dense");
  assert.deepEqual([dense.kind, dense.decoder, dense.norm], ["dense", null, true]);
  assert.deepEqual(placesOf(dense, "encoder", [28, 28]), [1, 1]);
  assert.ok(dense.encoder.every(([, kernel, stride]) => kernel === 0 && stride === 0));
});

test("whoever looks at another kind, or at a mirror, finds again what was composed", () => {
  const [recall, start] = [new Recall(), composition([A, B], [C])];
  const dense = { ...recall.ofKind(start, "dense"), encoder: [[5, 0, 0]], activation: "gelu" };
  const back = recall.ofKind(dense, "conv");
  assert.deepEqual(back, { ...start, activation: "gelu" });
  assert.deepEqual(recall.ofKind(back, "dense").encoder, [[5, 0, 0]]);
  const mirrored = recall.mirror(start, true);
  assert.deepEqual(recall.mirror({ ...mirrored, encoder: [C, C] }, false).decoder, [C]);
  assert.deepEqual(recall.mirror(dense, false).decoder, [[5, 0, 0]], "of the other kind it is none");
  const same = recall.mirror(composition([A, B], [B, A]), true);
  assert.deepEqual(
    recall.mirror(change(same, "encoder", 0, C), false).decoder,
    [B, C],
    "a mirror is no decoder of one's own",
  );
});

test("a stride makes small pictures smaller on the way down, and larger on the way up", () => {
  assert.equal(wordsOf("encoder", [40, 3, 2]), "40 · 3 × 3, ÷ 2");
  assert.equal(wordsOf("decoder", [40, 3, 2]), "40 · 3 × 3, × 2");
  assert.equal(wordsOf("decoder", [40, 3, 1]), "40 · 3 × 3");
  assert.equal(wordsOf("encoder", [40, 0, 0]), "40");
});

test("places are those of the small pictures, rounded up each way", () => {
  const strides = (...all) => all.map((stride) => [4, 3, stride]);
  assert.deepEqual(placesOf(composition(strides(2, 1, 3)), "encoder", [28, 45]), [14 * 23, 14 * 23, 5 * 8]);
  assert.deepEqual(placesOf(composition(strides(2, 1, 3)), "decoder", [28, 45]), [5 * 8, 15 * 24, 15 * 24]);
});

test("a bar is as wide as the logarithm of its numbers", () => {
  assert.equal(shareOf(0, 784), 0);
  assert.equal(shareOf(784, 784), 1);
  assert.ok(Math.abs(shareOf(7, 1023) - 0.3) < 1e-9);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressWith } from "../../../ui/components/address.js";
import { adoptPacked, unpack } from "../../../ui/components/packed.js";
import { planBands, tileFor } from "../../../ui/components/player/pictures.js";

function pack(header, ...pictures) {
  const told = new TextEncoder().encode(JSON.stringify(header));
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, told.length);
  return Buffer.concat([Buffer.from("v".repeat(40)), size, told, ...pictures.map(Buffer.from)]);
}

test("what was packed is unpacked, wherever in its buffer it begins", async () => {
  const bytes = new Uint8Array(
    Buffer.concat([Buffer.from("???"), pack({ name: "é", bytes: [2, 0, 3] }, "ab", "", "cde")]),
  );
  const { version, header, pictures } = unpack(bytes.subarray(3));
  assert.equal(version, "v".repeat(40));
  assert.equal(header.name, "é");
  assert.deepEqual(await Promise.all(pictures.map((picture) => picture.text())), ["ab", "", "cde"]);
  assert.ok(pictures.every((picture) => picture.type === "image/png"));
});

test("what is shown already is not adopted again", async () => {
  const adopted = [];
  const shown = { root: { isConnected: true }, adopt: (...what) => adopted.push(what) };
  for (const _ of [1, 2]) await adoptPacked(pack({ bytes: [] }), shown, null);
  assert.deepEqual(adopted, [[{ bytes: [] }, []]]);
});

test("an address takes a field, drops one, and keeps what others wrote", () => {
  const address = addressWith("http://h/app/latent?seed=3&size=8&x=a%20b#word", {
    page: "latent",
    fields: { size: "16", seed: null },
  });
  assert.equal(address, "http://h/app/latent?size=16&x=a+b#word");
});

test("the address of another page stays as it is", () => {
  assert.equal(addressWith("http://h/denoising?size=8", { page: "latent", fields: { size: "16" } }), null);
  assert.equal(addressWith("http://h/", { page: "", fields: {} }), "http://h/");
});

test("pictures are enlarged by whole factors of device pixels where that costs little", () => {
  assert.deepEqual(tileFor(1000, 400, 10, 1, [28, 28], false), { width: 96, height: 96, factor: 96.4 / 28 });
  assert.deepEqual(tileFor(920, 400, 10, 1, [28, 28], false), { width: 84, height: 84, factor: 3 });
  assert.deepEqual(tileFor(920, 400, 10, 2, [28, 28], false), { width: 168, height: 168, factor: 6 });
});

test("pictures are no taller than the room below the slider", () => {
  assert.equal(tileFor(1000, 60, 10, 1, [28, 28], false).height, 56);
  assert.equal(tileFor(1000, 10, 10, 1, [28, 28], false).width, 40, "but never too small to be seen");
  assert.deepEqual(tileFor(1000, 100, 1, 1, [200, 100], false).width, 200);
});

test("pictures have a largest size, and twice that where they are to be studied", () => {
  assert.equal(tileFor(4000, 4000, 2, 1, [28, 28], false).width, 224);
  assert.equal(tileFor(4000, 4000, 2, 1, [28, 28], true).width, 476);
});

test("a picture wider than its room is shrunk in its proportions", () => {
  assert.deepEqual(tileFor(100, 400, 1, 1, [200, 100], false), { width: 100, height: 50, factor: 0.5 });
});

const DIGITS = { columns: 10, tile: [28, 28], large: false, rows: [1, 2, 3] };

test("on a phone pictures wrap into bands, with labels above them", () => {
  const phone = planBands(559, 500, 80, 1, DIGITS);
  assert.deepEqual([phone.count, phone.labelsLeft], [5, false]);
  const screen = planBands(1100, 500, 80, 1, DIGITS);
  assert.deepEqual([screen.count, screen.labelsLeft, screen.beside], [10, true, 96]);
});

test("labels stand above where pictures would shrink for them", () => {
  assert.equal(planBands(600, 500, 160, 1, DIGITS).labelsLeft, false);
});

test("bands never overflow their room", () => {
  for (const ratio of [1, 1.5, 2, 3])
    for (let room = 200; room < 1400; room += 37)
      for (const large of [false, true]) {
        const { count, labelsLeft, beside, size } = planBands(room, 500, 90, ratio, { ...DIGITS, large });
        const wide = (count * size.width + (count - 1) * size.gap) / ratio + (labelsLeft ? beside : 0);
        assert.ok(wide <= room, `${wide} px in ${room} px at ${ratio}`);
        assert.ok(size.gap >= 1);
      }
});

test("words below small pictures have room beside each other", () => {
  const gaps = [[], ["anomaly"]].map((notes) => planBands(1100, 200, 80, 1, { ...DIGITS, notes }).size.gap);
  assert.deepEqual(gaps, [16, 40]);
});

test("all rows of a band fit into the height that there is", () => {
  for (const ratio of [1, 1.5, 2])
    for (let height = 200; height < 900; height += 53) {
      const { size } = planBands(1100, height, 90, ratio, DIGITS);
      assert.ok(3 * (size.height / ratio + 8) <= height + 1, `3 rows of ${size.height / ratio} px in ${height} px`);
    }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeBox, openBox, playerOf, sendLetter, withdrawLetter } from "../../../ui/components/post.js";

function reader() {
  const heard = [];
  return { heard, read: (letters) => heard.push([...letters.keys()]) };
}

test("a letter waits for its reader, and the next one of its kind replaces it", () => {
  sendLetter({ to: "late", kind: "move", index: 1 });
  sendLetter({ to: "late", kind: "move", index: 2 });
  let index = null;
  openBox("late", { read: (letters) => (index = letters.get("move").index) });
  assert.equal(index, 2);
});

test("a reader hears of every letter to it, and of no other's", () => {
  const one = reader();
  openBox("one", one);
  sendLetter({ to: "one", kind: "known" });
  sendLetter({ to: "two", kind: "known" });
  assert.deepEqual(one.heard, [[], ["known"]]);
});

test("an old letter does not take the new one with it", () => {
  const [old, fresh] = [
    { to: "three", kind: "move" },
    { to: "three", kind: "move" },
  ];
  sendLetter(old);
  sendLetter(fresh);
  withdrawLetter(old);
  const three = reader();
  openBox("three", three);
  assert.deepEqual(three.heard, [["move"]]);
  withdrawLetter(fresh);
  withdrawLetter({ to: "nobody", kind: "move" });
});

test("a reader that has gone does not close the box of the one that came", () => {
  const [old, fresh] = [reader(), reader()];
  openBox("four", old);
  openBox("four", fresh);
  assert.equal(playerOf("four"), fresh);
  closeBox("four", old);
  sendLetter({ to: "four", kind: "move" });
  assert.deepEqual([old.heard.length, fresh.heard.length], [1, 2]);
  closeBox("four", fresh);
  sendLetter({ to: "four", kind: "move" });
  assert.equal(fresh.heard.length, 2);
  assert.equal(playerOf("four"), undefined);
});

test("several readers of one box hear of each letter until they leave", () => {
  const [one, other] = [reader(), reader()];
  openBox("five", one);
  openBox("five", other);
  sendLetter({ to: "five", kind: "shown" });
  closeBox("five", one);
  sendLetter({ to: "five", kind: "shown" });
  assert.deepEqual([one.heard.length, other.heard.length], [2, 3]);
});

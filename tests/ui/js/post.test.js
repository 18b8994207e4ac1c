import assert from "node:assert/strict";
import { test } from "node:test";
import {
  closeBox,
  follow,
  openBox,
  sendLetter,
  tellFollowers,
  unfollow,
  withdrawLetter,
} from "../../../ui/components/post.js";

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
  closeBox("four", old);
  sendLetter({ to: "four", kind: "move" });
  assert.deepEqual([old.heard.length, fresh.heard.length], [1, 2]);
  closeBox("four", fresh);
  sendLetter({ to: "four", kind: "move" });
  assert.equal(fresh.heard.length, 2);
});

test("whoever follows a player hears where it stands at once, and of every move until it leaves", () => {
  const heard = [];
  const follower = { show: ({ index }) => heard.push(index) };
  tellFollowers("digits", { index: 7, chosen: 0 });
  follow("digits", follower);
  tellFollowers("digits", { index: 8, chosen: 0 });
  tellFollowers("letters", { index: 1, chosen: 0 });
  unfollow("digits", follower);
  tellFollowers("digits", { index: 9, chosen: 0 });
  assert.deepEqual(heard, [7, 8]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking } from "../../../ui/components/pad/asking.js";

// A server that answers when it is told to.
function setUp(context) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const shown = [];
  const said = [];
  const fetchAnswer = (token, drawing, signal) =>
    new Promise((resolve, reject) => {
      asked.push({ token, drawing, resolve, signal });
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const asking = new Asking(
    fetchAnswer,
    (token, answer) => shown.push([token, answer.of]),
    (text) => said.push(text),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const answer = async (index, how) => {
    asked[index].resolve(how ?? { of: asked[index].drawing });
    await settle();
  };
  return { asking, asked, shown, said, answer, settle, timers: context.mock.timers };
}

test("one request is under way, and then the newest drawing is sent", async (context) => {
  const { asking, asked, shown, answer } = setUp(context);
  asking.tokens(["t"]);
  for (const drawing of ["a", "b", "c"]) asking.draw(drawing);
  assert.deepEqual(
    asked.map(({ drawing }) => drawing),
    ["a"],
  );
  await answer(0);
  assert.deepEqual(
    asked.map(({ drawing }) => drawing),
    ["a", "c"],
  );
  await answer(1);
  assert.deepEqual(shown, [
    ["t", "a"],
    ["t", "c"],
  ]);
  assert.equal(asked.length, 2, "nothing is asked twice");
});

test("what was cleared is not answered any more", async (context) => {
  const { asking, asked, shown, settle } = setUp(context);
  asking.tokens(["t"]);
  asking.draw("a");
  asking.draw(null);
  assert.ok(asked[0].signal.aborted);
  asked[0].resolve({ of: "a" });
  await settle();
  assert.deepEqual(shown, []);
  asking.draw("b");
  assert.equal(asked[1].drawing, "b");
});

test("another question is asked anew, and the answer to the former one is dropped", async (context) => {
  const { asking, asked, shown, answer } = setUp(context);
  asking.tokens(["old"]);
  asking.draw("a");
  asking.tokens(["new"]);
  await answer(1);
  assert.deepEqual(
    asked.map(({ token }) => token),
    ["old", "new"],
  );
  assert.deepEqual(shown, [["new", "a"]]);
});

test("several questions take turns", async (context) => {
  const { asking, asked, answer } = setUp(context);
  asking.tokens(["t", "u"]);
  asking.draw("a");
  await answer(0);
  asking.draw("b");
  await answer(1);
  await answer(2);
  await answer(3);
  assert.deepEqual(
    asked.map(({ token, drawing }) => token + drawing),
    ["ta", "ua", "tb", "ub"],
  );
});

test("after a refusal it waits, longer each time, and says so when it is long", async (context) => {
  const { asking, asked, said, answer, timers } = setUp(context);
  asking.tokens(["t"]);
  asking.draw("a");
  for (const [index, wait] of [250, 500, 1000, 2000, 4000].entries()) {
    await answer(index, { error: "busy", again: true });
    asking.draw(`a${index}`);
    timers.tick(wait - 1);
    assert.equal(asked.length, index + 1);
    timers.tick(1);
    assert.equal(asked.length, index + 2);
    assert.equal(asked.at(-1).drawing, `a${index}`, "the newest then");
  }
  assert.deepEqual(said, ["The server does not answer. Your drawing is kept."]);
});

test("what is refused for good is said once, and the next drawing is sent", async (context) => {
  const { asking, asked, said, answer } = setUp(context);
  asking.tokens(["t"]);
  asking.draw("a");
  await answer(0, { error: "too large" });
  assert.deepEqual(said, ["too large"]);
  assert.equal(asked.length, 1);
  asking.draw("b");
  assert.equal(asked[1].drawing, "b");
});

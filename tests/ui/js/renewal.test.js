import assert from "node:assert/strict";
import { test } from "node:test";
import { sendLetter } from "../../../ui/components/post.js";
import renewal from "../../../ui/components/renewal.js";

test("a component has the page be run anew, once for each time that it asks", () => {
  const told = [];
  const unmount = renewal({ setTriggerValue: (...what) => told.push(what) });
  sendLetter({ to: "page", kind: "other" });
  assert.deepEqual(told, []);
  sendLetter({ to: "page", kind: "renew" });
  sendLetter({ to: "page", kind: "other" });
  assert.deepEqual(told, [["renewed", true]]);
  sendLetter({ to: "page", kind: "renew" });
  assert.equal(told.length, 2);
  unmount();
  sendLetter({ to: "page", kind: "renew" });
  assert.equal(told.length, 2, "nobody hears it after that");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSamePage, linkOf, reachable } from "../../../ui/components/address.js";
import { makeFinder } from "../../../ui/glossary/words.js";

test("a link has what is hidden and the flags that are on, each once", () => {
  const link = linkOf("http://h/latent?size=8&hide=menu&present=1#word", ["texts", "menu"], false);
  assert.equal(link, "http://h/latent?size=8&hide=texts.menu");
  assert.equal(linkOf(link, [], true), "http://h/latent?size=8&present=1");
});

test("others reach this computer by another name than it calls itself, if it has one", () => {
  for (const own of ["localhost", "127.0.0.1", "[::1]"]) {
    assert.equal(reachable(`http://${own}:8501/latent?size=8`, "192.0.2.7"), "http://192.0.2.7:8501/latent?size=8");
    assert.ok(!reachable(`http://${own}:8501/latent`, ""));
  }
  assert.equal(reachable("https://h.example/latent", "192.0.2.7"), "https://h.example/latent");
});

test("the same page is the same path, whatever its fields", () => {
  const here = new URL("http://h/app/latent?size=8");
  assert.ok(isSamePage("?size=9", here));
  assert.ok(isSamePage("/app/latent", here));
  assert.ok(!isSamePage("/app/denoising?size=8", here));
  assert.ok(!isSamePage(null, here));
});

const find = makeFinder([
  { name: "Code", forms: ["codes", "code"] },
  { name: "Noise level", forms: ["noise levels", "noise level"] },
  { name: "Noise", forms: ["noise"] },
]);
const found = (data) => find(data).map(({ term, start, end }) => [term.name, data.slice(start, end)]);

test("whole words are found, the longest first, across lines and in any case", () => {
  assert.deepEqual(found("Codes of a decoder: Noise\n level, noise."), [
    ["Code", "Codes"],
    ["Noise level", "Noise\n level"],
    ["Noise", "noise"],
  ]);
});

test("parts of words are not found", () => {
  assert.deepEqual(found("signal-to-noise, code_size, code-like, encoded, codé"), []);
  assert.deepEqual(found("code-24.1.24-to-16-noise"), [], "a composition of a network");
  assert.deepEqual(found("CODE-"), [["Code", "CODE"]]);
  assert.deepEqual(found(""), []);
});

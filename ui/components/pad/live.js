import { fromHtml, setAttribute, setText } from "../dom.js";
import { unpack } from "../packed.js";
import { closeBox, openBox, sendLetter, showBox } from "../post.js";
import { Asking } from "./asking.js";

// What becomes of a drawing: it is sent to the questions that Python puts, and their answers go to the players and plots
// that show them. Below the pad stand the code as bars and, where something was painted, how much of it was found.

const BELOW = `
  <div class="below">
    <div class="code-of-drawing" data-name="codeBox" hidden>
      <span data-name="codeText"></span>
      <svg preserveAspectRatio="none" role="img" data-name="bars"><path class="off"/><path class="on"/><path class="zero"/></svg>
    </div>
    <div class="found" data-name="foundBox" hidden>
      <canvas data-name="found" role="img"></canvas>
      <span class="keys"><i class="hit"></i>found <i class="miss"></i>missed <i class="extra"></i>not painted</span>
      <span data-name="game"></span>
    </div>
  </div>`;
const FOUND_COLORS = ["#00000000", "#2fc39a", "#f08a45", "#56b4e9"]; // nothing, found, missed, not painted

globalThis.hourglassSmallest ??= new Map(); // judge and threshold -> the fewest painted pixels that were called anomaly

export class Live {
  constructor(pad) {
    this.pad = pad;
    Object.assign(this, fromHtml(BELOW));
    pad.words.after(this.root);
    this.codeBox.hidden = !pad.data.has_code; // it keeps its place before there is any
    this.questions = new Map(); // token -> the key of what shows its answers
    this.answers = new Map(); // token -> the latest answer
    this.index = 0; // of the player that shows the first answer
    this.asking = new Asking(
      fetchAnswer,
      (token, answer) => this.show(token, answer),
      (text) => this.pad.say(text),
    );
  }

  // Letters: "question …" each says where to send drawings, and who shows the answers.
  know(letters) {
    const asked = [...letters].filter(([kind]) => kind.startsWith("question ")).map(([, letter]) => letter);
    const before = this.questions;
    this.questions = new Map(asked.map(({ token, follower }) => [token, follower]));
    const followers = new Set(this.questions.values());
    for (const [token, follower] of before) {
      if (this.questions.has(token)) continue;
      this.forget(token);
      if (!followers.has(follower)) sendLetter({ to: follower, kind: "live" });
    }
    const first = asked[0]?.follower;
    if (first !== this.followed) this.follow(first);
    this.asking.tokens([...this.questions.keys()]);
  }

  change(drawing) {
    this.drawing = drawing.empty ? null : drawing;
    this.asking.draw(this.drawing);
    if (this.drawing) return;
    for (const [token, follower] of this.questions) {
      this.forget(token);
      sendLetter({ to: follower, kind: "live" });
    }
    this.write();
  }

  // Another place on a plot, of the same drawing.
  ask(place) {
    if (!this.drawing) return;
    this.drawing = { ...this.drawing, place };
    this.asking.draw(this.drawing);
  }

  show(token, answer) {
    const follower = this.questions.get(token);
    this.forget(token);
    this.answers.set(token, answer);
    sendLetter({ to: follower, kind: "live", answer, ask: (place) => this.ask(place) });
    if (follower === this.followed) this.write();
    this.pad.root.dataset.answered = performance.now();
  }

  // The followers have copied what they show of it.
  forget(token) {
    for (const bitmap of this.answers.get(token)?.bitmaps ?? []) bitmap.close();
    this.answers.delete(token);
  }

  follow(key) {
    if (this.followed) closeBox(showBox(this.followed), this);
    this.followed = key;
    if (key) openBox(showBox(key), this);
  }

  // Where the player that we follow stands.
  read(letters) {
    const shown = letters.get("shown");
    if (!shown || shown.index === this.index) return;
    this.index = shown.index;
    this.write();
  }

  get answer() {
    const token = [...this.questions.keys()].find((one) => this.questions.get(one) === this.followed);
    return this.answers.get(token);
  }

  write() {
    const header = this.answer?.header;
    this.foundBox.hidden = !header?.thresholds;
    this.showEcho(this.answer);
    this.drawBars(header?.code ? header : { code: [], active: [0] });
    if (!header) return this.pad.say("");
    if (header.thresholds) this.drawFound(this.answer);
    const words = header.words[Math.min(this.index, header.words.length - 1)] ?? "";
    const covers = `Covers ${Math.round(100 * this.pad.root.dataset.covers)} % of the picture.`;
    this.pad.say(this.drawing?.mask ? words : `${covers} ${words}`);
  }

  // What comes back, beside the drawing: on a phone the player is far below.
  showEcho(answer) {
    const { echo, echoText, data } = this.pad;
    const bitmap = answer?.bitmaps[answer.header.echo];
    echo.hidden = echoText.hidden = !bitmap;
    if (!bitmap) return;
    const frames = bitmap.height / (bitmap.width * (data.shape[0] / data.shape[1]));
    const [wide, tall] = [bitmap.width, bitmap.height / Math.round(frames)];
    Object.assign(echo, { width: wide, height: tall });
    echo.getContext("2d").drawImage(bitmap, 0, -tall * Math.min(this.index, Math.round(frames) - 1));
  }

  // The first numbers of the code are in use.
  drawBars({ code, active }) {
    const used = active[Math.min(this.index, active.length - 1)] ?? code.length;
    const most = Math.max(1e-9, ...code.map(Math.abs));
    const bar = (value, i) => `M${i + 0.14} 50h0.72v${((-50 * value) / most).toFixed(2)}h-0.72Z`;
    const [off, on, zero] = this.bars.children;
    setAttribute(this.bars, "viewBox", `0 0 ${code.length || 1} 100`);
    setAttribute(off, "d", code.map((value, i) => (i < used ? "" : bar(value, i))).join(""));
    setAttribute(on, "d", code.map((value, i) => (i < used ? bar(value, i) : "")).join(""));
    setAttribute(zero, "d", `M0 50H${code.length || 1}`);
    setText(this.codeText, code.length ? `Code: ${used} of ${code.length} numbers kept` : "Code of your drawing");
    setAttribute(this.bars, "aria-label", this.codeText.textContent);
  }

  // What was painted and what the map shows at this threshold. `thresholds` has for each pixel how many thresholds its map
  // exceeds.
  drawFound({ header }) {
    const { thresholds, painted } = header;
    const [height, width] = this.pad.data.shape;
    Object.assign(this.found, { width, height });
    const pen = this.found.getContext("2d");
    const found = (pixel) => thresholds[pixel] > this.index;
    painted.forEach((isPainted, pixel) => {
      pen.fillStyle = FOUND_COLORS[found(pixel) ? (isPainted ? 1 : 3) : isPainted ? 2 : 0];
      pen.fillRect(pixel % width, Math.floor(pixel / width), 1, 1);
    });
    setAttribute(this.found, "aria-label", header.words[this.index] ?? "");
    this.play(painted.filter(Boolean).length, header);
  }

  // The game: the smallest stain that turns the verdict. A picture that is an anomaly unpainted does not count.
  // Every judge, which is a network, a size and a score, has records of its own, one for each threshold.
  play(pixels, { alarms, judge }) {
    const known = globalThis.hourglassSmallest;
    const name = `${judge} ${this.index}`;
    const which = `${judge} ${this.pad.kept.base}`;
    if (!pixels) this.unpainted = { which, alarms };
    const isSound = this.unpainted?.which === which && !this.unpainted.alarms[this.index];
    const counts = pixels && alarms[this.index] && isSound;
    if (counts) known.set(name, Math.min(pixels, known.get(name) ?? Number.POSITIVE_INFINITY));
    const best = known.get(name);
    setText(
      this.game,
      best
        ? `Smallest stain found at this threshold: ${best} ${best === 1 ? "pixel" : "pixels"}`
        : "How small a stain does it find?",
    );
  }

  remove() {
    this.asking.stop();
    this.follow(null);
    for (const [token, follower] of this.questions) {
      sendLetter({ to: follower, kind: "live" });
      this.forget(token);
    }
    this.root.remove();
  }
}

// The address is beside that of the page.
async function fetchAnswer(token, { pixels, mask, place }, signal) {
  const url = new URL(`drawing/${token}`, location.href.split(/[?#]/)[0]);
  if (place) url.search = new URLSearchParams(place);
  const response = await fetch(url, { method: "POST", body: new Blob(mask ? [pixels, mask] : [pixels]), signal });
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}));
    if (response.status === 404) sendLetter({ to: "page", kind: "renew" }); // a new server knows no question yet
    return { error: error ?? "The server gave no answer.", again: response.status === 429 || response.status === 502 };
  }
  const { header, pictures } = unpack(new Uint8Array(await response.arrayBuffer()));
  return { header, bitmaps: await Promise.all(pictures.map((picture) => createImageBitmap(picture))) };
}

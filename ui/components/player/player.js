import { addressWith } from "../address.js";
import { evenTicks, fittingTicks } from "../chart/axis.js";
import { element, Living, mounted, setAttribute, setText } from "../dom.js";
import { adoptPacked } from "../packed.js";
import { sendLetter, showBox } from "../post.js";
import { LiveColumn } from "./live_column.js";
import { Pictures } from "./pictures.js";

// The player. Every picture of every position is here already, so a position is shown by
// copying tiles from the sprite sheets in the next animation frame; the server is told later.

window.hourglassChosen ??= new Map(); // key -> chosen column, for coming back
const remembered = window.hourglassChosen;
const PLAY_MS = 1000 / 12;
const KEYBOARD_MS = 150; // an arrow key that is held down is one move, not twenty
const ADDRESS_MS = 100; // pictures go first

const HTML = `
  <div class="frames">
    <div class="desk">
      <div class="head">
        <div class="reading">
          <label class="label" for="slider" data-name="label"></label><span class="value" data-name="value"></span>
        </div>
        <div class="captions" data-name="captions"><span class="caption" data-name="caption"></span></div>
      </div>
      <div class="control" data-name="control">
        <button class="play" data-name="play" type="button" aria-label="Play"></button>
        <input data-name="slider" id="slider" type="range" min="0" step="1" max="0">
        <div class="ticks" data-name="ticks" aria-hidden="true"></div>
      </div>
    </div>
    <div class="bands" data-name="bands"></div>
    <div class="legend" data-name="legend">
      <div class="key" data-name="key">
        <span data-name="low"></span><span data-name="mid"></span><span data-name="high"></span>
      </div>
      <div class="text" data-name="text"></div>
    </div>
  </div>`;

export default mounted(({ parentElement }) => new Player(parentElement, HTML));

// Streamlit itself would draw the whole app anew for it.
function writeAddress(address) {
  const url = addressWith(location.href, address);
  if (url && url !== location.href) history.replaceState(history.state, "", url);
}

class Player extends Living {
  index = null; // nothing is drawn before Python has said where to start
  sent = null; // the last index that Python knows
  turn = 0; // how many times we told Python; what it says in answer to an older turn is stale
  told = null; // the last index that Python asked for
  held = false;
  pictures = new Pictures(this.bands, (column) => this.choose(column));

  constructor(host, html) {
    super(host, html);
    this.on(this.slider, "input", () => this.go(this.slider.valueAsNumber));
    this.on(this.slider, "keydown", () => (this.byKeyboard = true));
    this.on(this.slider, "pointerdown", () => this.take());
    this.on(this.slider, "change", () => {
      this.pause();
      this.tellSoon(this.byKeyboard ? KEYBOARD_MS : 0);
    });
    this.on(this.play, "click", () => (this.playing ? this.pause(true) : this.start()));
    this.onResize(() => this.layOut(), this.root);
    // On the window, because a finger is often lifted somewhere else.
    this.on(window, "pointerup pointercancel blur", ({ type }) => {
      if (!this.held) return;
      this.held = false;
      if (type === "pointercancel")
        this.go(this.taken); // the finger scrolls the page
      else this.tellSoon(0);
    });
  }

  remove() {
    super.remove();
    this.pause();
    clearTimeout(this.timer);
    this.close();
  }

  close() {
    for (const bitmap of this.own?.bitmaps ?? []) bitmap.close();
  }

  receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    adoptPacked(data, this, this.caption);
  }

  // Keeps the place while the first pictures are decoded.
  expect(data) {
    if (!this.data) this.adopt(data, []);
  }

  // New pictures and words in one go, then a drawing in the same turn: nothing blank is ever seen.
  adopt(data, bitmaps) {
    const isNew = !this.data;
    this.close();
    this.own = { data, bitmaps };
    this.last = data.positions.length - 1;
    if (this.index !== null) this.index = Math.min(this.index, this.last);
    if (this.sent !== null) this.sent = Math.min(this.sent, this.last);
    this.compose((isNew && remembered.get(data.key)) || this.chosen);
    this.writeWords();
    this.layOut();
    if (isNew) this.readBox(data.key);
  }

  // The pictures from Python, and before them a column for a drawing where there is a pad.
  compose(chosen) {
    const { data, bitmaps } = this.own;
    this.column = this.padded ? new LiveColumn(data, bitmaps) : null;
    this.column?.show(this.answer);
    this.data = this.column?.data ?? data;
    this.pictures.update(this.data, this.column?.bitmaps ?? bitmaps);
    this.pictures.choose(Math.min(chosen, data.columns - 1) + this.before);
  }

  // How many columns stand before those from Python.
  get before() {
    return this.column ? 1 : 0;
  }

  // The chosen one of those from Python; -1 where it is the drawing.
  get chosen() {
    return this.pictures.chosen - this.before;
  }

  layOut() {
    if (!this.data) return;
    this.pictures.layOut();
    this.placeTicks();
    this.show();
  }

  // Letters: "pad" says that there is one, "live" has the answer to what is drawn there, "known" comes from Python.
  read(letters) {
    const { answer } = letters.get("live") ?? {};
    if (letters.has("pad") !== Boolean(this.padded)) {
      const { chosen } = this;
      Object.assign(this, { padded: letters.has("pad"), answer });
      this.compose(chosen);
      this.layOut();
    } else if (answer !== this.answer) {
      this.answer = answer;
      this.column?.show(answer);
      this.pictures.changeFirst();
      this.show();
    }
    if (letters.has("known")) this.readKnown(letters.get("known"));
  }

  // Where to start, and later where another control asks to go.
  readKnown(known) {
    if (this.known === known) return;
    this.known = known;
    clearTimeout(this.writing);
    if (known.address) this.writing = setTimeout(writeAddress, ADDRESS_MS, known.address);
    known.address = null; // the letter lies here until the next one, and the address goes on
    if (this.index === null) {
      this.index = this.sent = Math.min(known.index, this.last);
      this.turn = known.turn;
      this.told = known.told;
      if (this.data.tells_choice) this.pictures.choose(known.chosen + this.before);
      this.show();
    }
    if (known.told === this.told || known.turn < this.turn) return; // written before Python heard of our last move
    const before = this.sent;
    this.told = known.told;
    this.sent = Math.min(this.told, this.last);
    if (this.held || this.timer) return; // the finger is right, and Python will hear of it
    if (this.playing && this.sent === before) return; // Python says again what it was told before Play was pressed
    this.pause();
    this.index = this.sent;
    this.show();
  }

  tellSoon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.held || this.playing || this.index === this.sent) return;
      this.sent = this.index;
      this.turn += 1;
      this.root.dataset.sent = this.sent;
      this.setStateValue("shown", { index: this.sent, turn: this.turn });
    }, delay);
  }

  choose(column) {
    this.pictures.choose(column);
    remembered.set(this.data.key, this.chosen);
    this.show();
    if (this.data.tells_choice && this.chosen >= 0) this.setStateValue("chosen", this.chosen);
  }

  go(index) {
    this.index = index;
    this.request ??= requestAnimationFrame(() => this.show());
  }

  // A finger takes the slider's handle, or the marker of a chart that follows it.
  take() {
    this.byKeyboard = false;
    this.held = true;
    this.taken = this.index;
    this.pause();
  }

  start() {
    if (this.index === this.last) this.index = 0;
    this.show();
    this.playing = setInterval(() => {
      this.index = Math.min(this.index + 1, this.last);
      this.show();
      if (this.index === this.last) this.pause(true);
    }, PLAY_MS);
    this.writePlay();
  }

  pause(tell = false) {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = null;
    this.writePlay();
    if (tell) this.tellSoon(0);
  }

  writePlay() {
    this.play.classList.toggle("on", Boolean(this.playing));
    setAttribute(this.play, "aria-label", this.playing ? "Pause" : "Play");
  }

  // Everything that depends on the index, in one place.
  show() {
    cancelAnimationFrame(this.request);
    this.request = null;
    if (this.index === null || !this.data) return;
    const { positions, captions } = this.data;
    const { index } = this;
    this.slider.value = index;
    this.slider.style.setProperty("--done", this.last ? index / this.last : 0);
    setAttribute(this.slider, "aria-valuetext", [positions[index], captions[index]].filter(Boolean).join(". "));
    setText(this.value, positions[index]);
    setText(this.caption, captions[index] ?? "");
    this.pictures.show(index);
    const { header } = this.answer ?? {};
    sendLetter({ to: showBox(this.data.key), kind: "shown", index, chosen: this.chosen, drawing: header });
    Object.assign(this.root.dataset, { index, sent: this.sent, frames: this.last + 1 });
    if (this.pictures.bitmaps.length) this.root.dataset.drawn = performance.now();
  }

  writeWords() {
    const { slider_label, captions, positions, play, legend } = this.data;
    setText(this.label, slider_label);
    this.value.style.minWidth = `${Math.max(...positions.map((text) => text.length))}ch`;
    // The longest sentence, unseen, keeps its height for the others: nothing jumps while dragging.
    this.captions.dataset.longest = captions.reduce((a, b) => (b.length > a.length ? b : a), "");
    this.captions.hidden = !captions.length;
    this.play.hidden = !play || this.last < 1;
    this.control.hidden = this.last < 1; // there is nothing to slide
    this.slider.max = this.last;
    this.legend.hidden = !legend;
    if (!legend) return;
    this.key.style.setProperty("--colors", legend.colors.join(", "));
    for (const name of ["low", "mid", "high", "text"]) setText(this[name], legend[name]);
  }

  // Tick labels that do not touch each other; the two ends come first.
  placeTicks() {
    const { positions, ticks } = this.data;
    const width = this.slider.clientWidth;
    const center = (index) => 14 + (this.last ? index / this.last : 0) * (width - 28);
    const wanted = [0, this.last, ...(ticks.length ? [...ticks].reverse() : evenTicks(positions))];
    const type = parseFloat(getComputedStyle(this.ticks).fontSize) / 13;
    const half = (index) => 5 + 4 * type * positions[index].length;
    const tick = (index) => element("span", { text: positions[index], style: `left: ${center(index)}px` });
    this.ticks.replaceChildren(...fittingTicks(wanted, center, half).map(tick));
  }
}

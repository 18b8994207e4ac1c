import { element, Living, mounted, setAttribute, setText } from "../dom.js";
import { adoptPacked } from "../packed.js";
import { Drawing, makeCanvas } from "./drawing.js";
import { Live } from "./live.js";
import { likeMnist } from "./mnist.js";
import { grayPixels, groundOf, readInk, readMask, readPixels, toRgba } from "./paint.js";

// The pad. What is drawn is on the screen, and handed to `Live`, in the next animation frame; Python hears of nothing.

window.hourglassDrawings ??= new Map(); // key -> the drawing and its tools, for coming back
const keptDrawings = window.hourglassDrawings;
const SAY_MS = 1500; // between two sentences that a screen reader is to read
const INK = 10; // of 255; a darker pixel is none
const SAVED = 280; // px, at least, of a picture that is saved
const COLORS = { Yellow: "#f2c230", Brown: "#6b3d17", Black: "#1e1a16", White: "#ffffff" };
const NAMES = { pen: "Pen", eraser: "Eraser", rot: "Rot", mold: "Mold", bite: "Bite", sticker: "Sticker" };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MODES = {
  cursor: "Arrow keys move the cursor",
  move: "Arrow keys move the drawing",
  turn: "Left and right turn the drawing",
  thicken: "Up makes strokes thicker, down thinner",
};

const ICONS = {
  undo: "M7 4 3 8l4 4M3 8h9a5 5 0 0 1 0 10H8",
  redo: "m13 4 4 4-4 4M17 8H8a5 5 0 0 0 0 10h4",
  clear: "M3 5h14M8 5V3h4v2M5 5l1 13h8l1-13M8.5 8.5v6M11.5 8.5v6",
  save: "M10 3v10M6 9l4 4 4-4M3 17h14",
};
const iconButton = (name, title) => `
  <button type="button" data-name="${name}" title="${title}" aria-label="${title}">
    <svg viewBox="0 0 20 20" aria-hidden="true"><path d="${ICONS[name]}"/></svg></button>`;
const HTML = `
  <div class="pad">
    <div class="pad-title" data-name="title"></div>
    <div class="easel">
      <canvas class="sheet" data-name="sheet" tabindex="0" role="application" aria-describedby="hint"
        aria-label="Drawing pad. Arrow keys move the cursor, Space stamps, Enter starts or ends a line, X takes the eraser or the brush, M, R and T have arrow keys move, turn and thicken the drawing, Escape goes back to the cursor, Z undoes, Shift+Z redoes, brackets set the size, Delete clears."></canvas>
      <div class="seen">
        <canvas data-name="tile" role="img" aria-label="What the network sees"></canvas>
        <span aria-hidden="true">Input</span>
        <canvas data-name="echo" role="img" aria-label="What the network makes of it" hidden></canvas>
        <span data-name="echoText" aria-hidden="true" hidden>Output</span>
      </div>
    </div>
    <div class="hint" id="hint">Arrows, Space, Enter: draw. X: eraser. M, R, T: move, turn, thicken. Esc: cursor. Z, Shift+Z: undo, redo. [ ]: size. Del: clear.</div>
    <div class="bench">
      <div class="tools" data-name="tools" role="group" aria-label="Tools"></div>
      ${iconButton("undo", "Undo")}${iconButton("redo", "Redo")}${iconButton("clear", "Clear")}
      ${iconButton("save", "Save as PNG")}
    </div>
    <div class="tools" data-name="colors" role="group" aria-label="Color"></div>
    <div class="words" data-name="words" aria-hidden="true"></div>
    <div class="heard" data-name="heard" role="status"></div>
    <button type="button" data-name="addButton" title="Add to Your pictures">Add to Your pictures</button>
    <details class="more" data-name="more">
    <summary>More</summary>
    <label class="line">Size <input type="range" data-name="width" min="1" step="0.5" title="Size of the brush"></label>
    <label class="line" data-name="baseLine">Draw on <select data-name="bases" title="What to draw on"></select></label>
    <label class="line" data-name="mnistLine">
      <input type="checkbox" role="switch" data-name="mnist" title="Size, place and thickness as MNIST has them"> As MNIST does
    </label>
    </details>
  </div>`;

const css = (color) => `rgb(${color.join(" ")})`;

export default mounted(({ parentElement }) => new Pad(parentElement, HTML));

class Pad extends Living {
  pointer = null; // the event by which the one that draws came down
  mode = "cursor"; // what arrow keys do
  isDown = false; // whether the cursor draws
  saidAt = Number.NEGATIVE_INFINITY;

  constructor(host, html) {
    super(host, html);
    this.on(this.sheet, "pointerdown", (event) => this.touch(event));
    const isOurs = (event) => event.pointerId === this.pointer?.pointerId;
    this.on(this.sheet, "pointermove", (event) => isOurs(event) && this.draw(event));
    this.on(this.sheet, "pointerup lostpointercapture", (event) => isOurs(event) && this.finish());
    this.on(this.sheet, "pointercancel", (event) => isOurs(event) && this.finish("cancel")); // a palm, say
    this.on(this.sheet, "contextmenu", (event) => event.preventDefault());
    this.on(this.sheet, "keydown", (event) => this.press(event));
    this.on(this.sheet, "focus pointerenter", () => this.touchFirst());
    this.on(this.sheet, "focus blur", () => this.ring(this.sheet.matches(":focus-visible")));
    for (const name of ["undo", "redo", "clear"]) this.on(this[name], "click", () => this.edit(name));
    this.on(this.save, "click", () => this.download());
    this.on(this.addButton, "click", () => this.addPicture());
    this.on(this.width, "input", () => this.set({ size: this.width.valueAsNumber }));
    this.on(this.bases, "change", () => this.choose(Number(this.bases.value)));
    this.on(this.mnist, "change", () => this.set({ asMnist: this.mnist.checked }));
    this.onResize(() => this.paintSoon(), this.sheet);
  }

  remove() {
    this.finish();
    super.remove();
    clearTimeout(this.saying);
    this.bitmap?.close();
    this.live?.remove();
  }

  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { setStateValue, setTriggerValue });
    adoptPacked(data, this, this.words);
  }

  adopt(data, [bitmap]) {
    const isNew = !this.data;
    this.finish();
    this.bitmap?.close();
    Object.assign(this, { data, bitmap, last: null });
    const [height, width] = data.shape;
    this.scale = Math.max(height, width) > 28 ? 4 : 10;
    this.whole = makeCanvas(width * this.scale, height * this.scale);
    this.kept = this.keep();
    this.cursor = [Math.floor(width / 2) + 0.5, Math.floor(height / 2) + 0.5];
    this.writeTools();
    if (isNew) {
      this.live = new Live(this);
      this.readBox(data.key);
    }
    this.choose(this.kept.base);
  }

  // The drawing of this key and these pictures as it was left.
  keep() {
    const { key, shape, base, base_names, brushes, writing } = this.data;
    const [height, width] = shape;
    const name = [key, ...shape, writing].join(" ");
    const first = { tool: brushes[0] ?? "pen", color: COLORS.Black, asMnist: writing };
    const size = writing ? (3 * width) / 28 : Math.round(width / 12);
    const made = { drawing: new Drawing([width, height], this.scale), seed: 1, size, ...first };
    const kept = keptDrawings.get(name) ?? made;
    const isTold = kept.told === base; // another base that Python tells goes before the one chosen here
    Object.assign(kept, { base: Math.min(isTold ? kept.base : base, base_names.length - 1), told: base });
    if (![...brushes, "pen", "eraser"].includes(kept.tool)) kept.tool = first.tool;
    keptDrawings.set(name, kept);
    return kept;
  }

  // Letters to this pad say what its drawings are for, and that one was added: until then no other is.
  read(letters) {
    this.live.know(letters);
    const added = letters.get("added")?.count;
    if (added !== this.added) this.addButton.disabled = false;
    this.added = added;
  }

  // Is read at once, and heard by a screen reader politely: always the latest, and not too often.
  say(text) {
    setText(this.words, text);
    clearTimeout(this.saying);
    const write = () => {
      this.saidAt = performance.now();
      setText(this.heard, text);
    };
    this.saying = setTimeout(write, Math.max(0, this.saidAt + SAY_MS - performance.now()));
  }

  set(choice) {
    Object.assign(this.kept, choice);
    this.showTools();
    this.paintSoon();
  }

  choose(base) {
    this.finish();
    const { canvas, pen } = this.whole;
    const { shape, ground = [0, 0, 0] } = this.data;
    const [height, width] = shape;
    pen.fillStyle = css(ground);
    pen.imageSmoothingEnabled = false;
    this.drawGround = () => {
      pen.fillRect(0, 0, canvas.width, canvas.height);
      if (base >= 0) pen.drawImage(this.bitmap, base * width, 0, width, height, 0, 0, canvas.width, canvas.height);
    };
    this.drawGround();
    this.before = readPixels(this.rgba(), shape, this.scale);
    this.ground = base < 0 ? ground : groundOf(this.before, shape);
    this.last = null;
    this.set({ base });
  }

  rgba() {
    const { canvas, pen } = this.whole;
    return pen.getImageData(0, 0, canvas.width, canvas.height).data;
  }

  // Pointers: a mouse, a finger or a pen. The first one draws, but a pen goes before the hand that holds it.
  touch(event) {
    const isEraser = event.pointerType === "pen" && (event.button === 5 || (event.buttons & 32) !== 0);
    if (!this.kept || !(event.button === 0 || isEraser)) return;
    if (this.pointer?.pointerType === "touch" && event.pointerType === "pen") this.finish("cancel");
    if (this.pointer) return;
    this.pointer = event;
    this.sheet.setPointerCapture(event.pointerId);
    this.ring(false);
    this.kept.drawing.begin(this.stroke([this.at(event)], isEraser ? "eraser" : this.kept.tool));
    this.paintSoon();
  }

  draw(event) {
    const events = event.getCoalescedEvents?.() ?? [];
    this.kept.drawing.extend((events.length ? events : [event]).map((each) => this.at(each)));
    this.paintSoon();
  }

  finish(how = "finish") {
    if (!this.pointer) return;
    this.pointer = null;
    this.kept.drawing[how]();
    this.paintSoon();
  }

  // Where an event is, in pixels of the picture, and how hard a pen is pressed; 0 and 0.5 are from those that don't know.
  at({ clientX, clientY, pointerType, pressure }) {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const [tall, wide] = this.data.shape;
    const isPressed = pointerType === "pen" && pressure !== 0 && pressure !== 0.5;
    return [((clientX - left) / width) * wide, ((clientY - top) / height) * tall, isPressed ? pressure : 0.5];
  }

  stroke(points, tool = this.kept.tool) {
    const { ground, kept } = this;
    kept.seed += 1;
    const gray = ground[1] > 127 ? "#000000" : "#ffffff"; // where there are no colors
    const color = this.data.shape[2] === 3 ? kept.color : gray;
    return { kind: "stroke", tool, size: kept.size, color, ground: css(ground), seed: kept.seed, points };
  }

  step(step, merges) {
    this.finish();
    this.kept.drawing.add(step, merges);
    this.paintSoon();
  }

  edit(name) {
    this.finish();
    this.kept?.drawing[name]();
    this.paintSoon();
  }

  // Keys. What is used here must not reach Streamlit, where R runs the app anew.
  press(event) {
    const { key, altKey, shiftKey, repeat } = event;
    const isControl = event.ctrlKey || event.metaKey;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const act = ARROWS[key] ? () => this.arrow(ARROWS[key], shiftKey ? 4 : 1, repeat) : this.keys[letter];
    const isOther = altKey || (isControl && letter !== "z"); // a command of the browser; brackets may need Alt
    if (!this.kept || !act || (isOther && !"[]".includes(letter))) return;
    event.preventDefault();
    event.stopPropagation();
    this.ring(true);
    act(shiftKey);
  }

  keys = {
    " ": () => this.step(this.stroke([[...this.cursor, 0.5]])),
    Enter: () => this.put({ mode: "cursor", isDown: !this.isDown }, this.isDown ? "Pen up" : "Pen down"),
    Escape: () => this.put({ mode: "cursor", isDown: false }, MODES.cursor),
    m: () => this.put({ mode: "move", isDown: false }, MODES.move),
    r: () => this.put({ mode: "turn", isDown: false }, MODES.turn),
    t: () => this.put({ mode: "thicken", isDown: false }, MODES.thicken),
    x: () => {
      this.take(this.kept.tool === "eraser" ? (this.brush ?? this.data.brushes[0] ?? "pen") : "eraser");
      this.say(NAMES[this.kept.tool]);
    },
    z: (isRedo) => this.edit(isRedo ? "redo" : "undo"),
    Delete: () => this.edit("clear"),
    "[": () => this.resize(-0.5),
    "]": () => this.resize(0.5),
  };

  put(change, words) {
    Object.assign(this, change);
    this.say(words);
    this.paintSoon();
  }

  arrow([right, down], by, merges) {
    if (this.mode === "move") this.step({ kind: "move", dx: right * by, dy: down * by }, merges);
    else if (this.mode === "turn" && right) this.step({ kind: "turn", degrees: 5 * right }, merges);
    else if (this.mode === "thicken" && down) this.step({ kind: "thicken", by: -0.5 * down }, merges);
    else if (this.mode === "cursor") this.moveCursor(right * by, down * by, merges);
  }

  moveCursor(dx, dy, merges) {
    const [height, width] = this.data.shape;
    const within = (value, length) => Math.min(Math.max(value, 0.5), length - 0.5);
    const from = this.cursor;
    this.cursor = [within(from[0] + dx, width), within(from[1] + dy, height)];
    const isMoved = this.cursor.join() !== from.join();
    if (this.isDown && isMoved) this.step(this.stroke([from, this.cursor].map((place) => [...place, 0.5])), merges);
    this.paintSoon();
  }

  resize(by) {
    const size = Math.min(Math.max(this.kept.size + by, 1), Number(this.width.max));
    this.set({ size });
    this.say(`Size ${size}`);
  }

  ring(isShown) {
    this.hasRing = isShown;
    this.paintSoon();
  }

  // Tools.
  take(tool) {
    if (tool !== "eraser") this.brush = tool;
    this.set({ tool });
  }

  writeTools() {
    const { shape, brushes, title, writing, base_names } = this.data;
    setText(this.title, title);
    this.title.hidden = !title;
    const tools = [...(brushes.length ? brushes : ["pen"]), "eraser"];
    this.tools.replaceChildren(...tools.map((tool) => this.choice("tool", tool, NAMES[tool] ?? tool, tool)));
    this.colors.hidden = shape[2] !== 3;
    const own = element("input", { type: "color", title: "Another color", "aria-label": "Another color" });
    own.addEventListener("input", () => this.set({ color: own.value }));
    const swatches = Object.entries(COLORS).map(([name, color]) => this.choice("color", color, "", name));
    this.colors.replaceChildren(...swatches, own);
    this.width.max = Math.round(shape[1] / 4);
    this.baseLine.hidden = !base_names.length;
    const names = ["Empty", ...base_names].map((text, index) => element("option", { text, value: index - 1 }));
    this.bases.replaceChildren(...names);
    this.mnistLine.hidden = !writing;
    this.sheet.style.aspectRatio = `${shape[1]} / ${shape[0]}`;
    Object.assign(this.tile, { width: shape[1], height: shape[0] });
  }

  // A button for one of several; it is a patch of color where it has no text.
  choice(kind, value, text, title) {
    const style = text ? null : `--patch: ${value}`;
    const name = NAMES[title] ?? title;
    const made = element("button", {
      type: "button",
      "data-value": value,
      text,
      title: name,
      "aria-label": name,
      style,
    });
    made.addEventListener("click", () => (kind === "tool" ? this.take(value) : this.set({ color: value })));
    return made;
  }

  showTools() {
    const { tool, color, size, base, asMnist } = this.kept;
    for (const button of this.tools.children) setAttribute(button, "aria-pressed", button.dataset.value === tool);
    for (const button of this.colors.children) setAttribute(button, "aria-pressed", button.dataset.value === color);
    const own = this.colors.lastElementChild;
    own.removeAttribute("aria-pressed"); // a field, not a button
    own.value = color;
    this.width.value = size;
    this.bases.value = base;
    this.mnist.checked = asMnist;
  }

  // Before there is a stroke there is nothing to undo, to erase, or to keep.
  showWhatIsOfUse(isBegun) {
    const { brushes, can_add } = this.data;
    for (const button of [this.undo, this.redo, this.clear, this.tools.lastElementChild]) button.hidden = !isBegun;
    this.tools.hidden = !isBegun && brushes.length < 2;
    this.save.hidden = !isBegun && this.kept.base < 0;
    this.addButton.hidden = !can_add || !isBegun;
    this.more.hidden = !isBegun && !this.isTouched;
  }

  // Somebody is about to draw.
  touchFirst() {
    if (this.isTouched) return;
    this.isTouched = true;
    this.paintSoon();
  }

  paintSoon() {
    if (this.kept) this.request ??= requestAnimationFrame(() => this.paint());
  }

  // First what the eye follows, then what the network sees.
  paint() {
    this.request = null;
    const { canvas, pen } = this.whole;
    const { drawing } = this.kept;
    const drawn = drawing.compose();
    this.drawGround();
    pen.drawImage(drawn, 0, 0);
    this.show(canvas);
    this.hand(this.sees());
    const { done, undone } = drawing.steps;
    const title = drawing.isForgetful() ? "Older strokes cannot be undone; Clear removes them" : "Undo";
    Object.assign(this.undo, { disabled: !done.length, title });
    this.showWhatIsOfUse(done.length + undone.length > 0 || drawing.isForgetful());
    Object.assign(this.redo, { disabled: !undone.length });
    Object.assign(this.root.dataset, { steps: done.length, drawn: performance.now() });
  }

  show(canvas) {
    const { sheet } = this;
    const width = Math.round(sheet.clientWidth * window.devicePixelRatio);
    const height = Math.round((width * canvas.height) / canvas.width);
    if (!width) return;
    if (sheet.width !== width || sheet.height !== height) Object.assign(sheet, { width, height });
    const pen = sheet.getContext("2d");
    pen.drawImage(canvas, 0, 0, width, height);
    if (!this.hasRing) return;
    const times = width / this.data.shape[1];
    const [x, y] = this.cursor.map((place) => place * times);
    const radius = (Math.max(1.5, this.kept.size) / 2) * times + 2;
    pen.setLineDash(this.isDown ? [] : [6, 5]);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    for (const look of [
      { strokeStyle: "#000000", lineWidth: 5 },
      { strokeStyle: "#ffffff", lineWidth: 2 },
    ]) {
      Object.assign(pen, look);
      pen.stroke();
    }
  }

  sees() {
    const { shape, writing } = this.data;
    const [height, width, channels] = shape;
    const { canvas } = this.whole;
    const rgba = this.rgba();
    const pixels = this.kept.asMnist
      ? grayPixels(likeMnist(readInk(rgba), canvas.width, canvas.height, width, height), channels)
      : readPixels(rgba, shape, this.scale);
    const mask = writing ? null : readMask(pixels, this.before, channels);
    const covered = mask ? mask.filter(Boolean).length : pixels.filter((value) => value > INK).length / channels;
    return { pixels, mask, covers: covered / (width * height) };
  }

  // Shows what is sent, and sends it if it is another picture.
  hand({ pixels, mask, covers }) {
    const empty = this.kept.base < 0 && covers === 0;
    this.root.dataset.covers = covers;
    if (this.last?.every((value, i) => value === pixels[i])) return;
    this.last = pixels;
    const [height, width, channels] = this.data.shape;
    this.tile.getContext("2d").putImageData(new ImageData(toRgba(pixels, channels), width, height), 0, 0);
    if (empty && !this.isHanded) return; // it was never anything else
    this.isHanded = true;
    this.live.change({ pixels, mask, empty });
  }

  download() {
    const [height, width] = this.data.shape;
    const times = Math.ceil(SAVED / Math.min(width, height));
    const { canvas, pen } = makeCanvas(width * times, height * times);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.tile, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const href = URL.createObjectURL(blob);
      element("a", { href, download: "drawing.png" }).click();
      setTimeout(() => URL.revokeObjectURL(href), 1000);
    });
  }

  addPicture() {
    this.finish();
    this.paint();
    const png = this.whole.canvas.toDataURL("image/png").split(",")[1];
    this.addButton.disabled = true;
    this.setTriggerValue("added", { png });
  }
}

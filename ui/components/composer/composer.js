import { element, Living, mounted, setAttribute, setText } from "../dom.js";
import {
  add,
  change,
  isSame,
  layersOf,
  placesOf,
  Recall,
  SIGNS,
  shareOf,
  snap,
  stepped,
  take,
  wordsOf,
} from "./composition.js";

// The hourglass of a network of one's own, standing: a bar for each layer, from the picture down to the code and on to
// the picture. A bar is dragged wider or narrower; Python hears of it on release, and says what the network costs.

const LATER = 400; // ms after the last arrow key until Python is told
const MOVED = 4; // px from which a press is a drag
const DOUBLES = 12; // px of a drag that double a layer's units
const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 3, PageDown: -3, Home: -99, End: 99 };
const HTML = `
  <div class="composer">
    <div class="kinds" data-name="kinds" role="radiogroup" aria-label="Layers"></div>
    <div class="glass" data-name="glass" role="group" aria-label="Layers, from picture to picture"></div>
    <div class="fields" data-name="fields" role="group"></div>
    <label class="check"><input type="checkbox" data-name="mirrors"> The decoder mirrors the encoder</label>
    <div class="options" data-name="options"></div>
    <p class="problem" data-name="problem" role="alert" hidden></p>
    <dl class="costs" data-name="costs" aria-live="polite"></dl>
  </div>`;

export default mounted(({ parentElement }) => new Composer(parentElement, HTML));

class Composer extends Living {
  turn = 0; // how many edits there were; what Python says in answer to an older one is stale
  sent = 0; // the turn that Python was told of last
  chosen = ["encoder", 0]; // the layer whose fields are shown
  recall = new Recall();

  constructor(host, html) {
    super(host, html);
    this.on(this.mirrors, "change", () => this.edit(this.recall.mirror(this.composition, this.mirrors.checked)));
    this.on(this.glass, "pointerdown", (event) => this.press(event));
    this.on(this.glass, "pointermove", (event) => this.drag(event));
    this.on(this.glass, "pointerup", () => this.release());
    this.on(this.glass, "pointercancel lostpointercapture", () => this.release(true));
    this.on(window, "keydown", ({ key }) => key === "Escape" && this.release(true)); // wherever the focus is
    this.on(this.glass, "keydown", (event) => this.key(event));
    this.on(this.root, "focusout", () => this.send());
    this.on(this.glass, "focusin click", (event) => this.choose(event));
  }

  receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const isNew = !this.data;
    this.data = data;
    if (data.turn >= this.turn && !this.held) {
      this.turn = this.sent = data.turn;
      if (!(this.composition && isSame(this.composition, data.composition))) this.composition = data.composition;
    }
    if (isNew) {
      this.writeOptions();
      this.readBox(data.key);
    }
    this.draw();
  }

  // The letter "known": how large the code is, what the network costs, and what is wrong with it.
  read(letters) {
    this.known = letters.get("known");
    if (this.composition) this.draw();
  }

  remove() {
    clearTimeout(this.timer);
    super.remove();
  }

  edit(composition, later = 0) {
    this.composition = composition;
    this.turn += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), later);
    this.draw();
  }

  // Also at once where the focus goes elsewhere, to Train perhaps.
  send() {
    clearTimeout(this.timer);
    if (this.sent === this.turn) return;
    this.sent = this.turn;
    this.setStateValue("composition", { ...this.composition, turn: this.turn });
  }

  // What each row of the drawing is, from the top.
  rows() {
    const { composition, data, known } = this;
    const [height, width, channels] = data.shape;
    const picture = { name: "Picture", numbers: height * width * channels };
    const hidden = (half) => {
      const places = placesOf(composition, half, data.shape);
      return layersOf(composition, half).map(([units, kernel, stride], index) => ({
        ...{ half, index, units, kernel, stride, places: places[index], numbers: units * places[index] },
        name: `${half === "encoder" ? "Encoder" : "Decoder"} layer ${index + 1}`,
      }));
    };
    const code = { name: "Code", numbers: known?.code ?? 1, text: known?.code_text };
    return [
      { ...picture, half: "encoder", index: -1 },
      ...hidden("encoder"),
      { ...code, half: "decoder", index: -1 },
      ...hidden("decoder"),
      picture,
    ];
  }

  get most() {
    return this.data.bounds.units[this.composition.kind];
  }

  get widest() {
    const [height, width, channels] = this.data.shape;
    const places = this.composition.kind === "conv" ? height * width : 1;
    return Math.max(places * this.most, height * width * channels);
  }

  draw() {
    const { composition, data, known } = this;
    const rows = this.rows();
    const length = layersOf(composition, this.chosen[0]).length;
    this.chosen = [this.chosen[0], Math.min(this.chosen[1], length - 1)];
    while (this.glass.children.length > rows.length) this.glass.lastElementChild.remove();
    for (const [number, row] of rows.entries()) this.drawRow(this.rowAt(number), row);
    for (const input of this.kinds.querySelectorAll("input")) input.checked = input.value === composition.kind;
    this.mirrors.checked = !composition.decoder;
    for (const [name, input] of Object.entries(this.inputs)) this.show(input, composition[name]);
    this.drawFields(rows.find(({ half, index }) => half === this.chosen[0] && index === this.chosen[1]));
    const answered = known && known.turn >= this.turn;
    this.problem.hidden = !(answered && known.problem);
    setText(this.problem, known?.problem ?? "");
    this.costs.classList.toggle("stale", !answered);
    if (answered) this.writeCosts(known.costs);
    Object.assign(this.root.dataset, { turn: this.turn, answered: Boolean(answered), drawn: performance.now() });
    setAttribute(this.glass, "data-kind", data.kinds[composition.kind]);
  }

  rowAt(number) {
    if (this.glass.children[number]) return this.glass.children[number];
    const button = (sign, act) => {
      const made = element("button", { type: "button", class: act, text: sign });
      made.addEventListener("click", () => this[act](made.parentElement.layer));
      return made;
    };
    const lane = element("div", { class: "lane" }, element("div", { class: "bar" }));
    const made = element("div", { class: "row" }, button("−", "minus"), lane, button("+", "plus"));
    this.glass.append(made);
    return made;
  }

  drawRow(node, row) {
    const [minus, lane, plus] = node.children;
    const bar = lane.firstElementChild;
    const layers = row.half ? layersOf(this.composition, row.half) : [];
    const isLayer = row.index >= 0;
    node.layer = row;
    node.classList.toggle("layer", isLayer);
    node.classList.toggle("code", row.name === "Code");
    node.classList.toggle("on", isLayer && row.half === this.chosen[0] && row.index === this.chosen[1]);
    minus.hidden = !isLayer;
    plus.hidden = !row.half;
    minus.disabled = layers.length <= 1;
    plus.disabled = layers.length >= this.data.bounds.layers;
    for (const [node, words] of [
      [minus, `Remove ${row.name.toLowerCase()}`],
      [plus, `Add a layer after ${row.name.toLowerCase()}`],
    ]) {
      setAttribute(node, "aria-label", words);
      setAttribute(node, "title", words);
    }
    bar.style.width = `${100 * shareOf(row.numbers, this.widest)}%`;
    setAttribute(lane, "data-words", this.wordsOf(row));
    setAttribute(bar, "aria-label", `${row.name}: ${this.wordsOf(row)}`);
    if (!isLayer) {
      for (const name of ["tabindex", "title", "aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-valuetext"])
        bar.removeAttribute(name);
      return setAttribute(bar, "role", "img");
    }
    const values = { role: "slider", tabindex: 0, "aria-valuemin": 1, "aria-valuemax": this.most };
    const title = this.longWordsOf(row);
    const now = { "aria-valuenow": row.units, "aria-valuetext": title, "aria-label": row.name, title };
    for (const [name, value] of Object.entries({ ...values, ...now })) setAttribute(bar, name, value);
  }

  wordsOf({ name, half, index, units, kernel, stride, numbers, text }) {
    if (!(index >= 0 && half)) return text ?? `${name.toLowerCase()} ${numbers.toLocaleString("en")}`;
    return wordsOf(half, [units, kernel, stride]);
  }

  longWordsOf(row) {
    return Object.entries(this.titlesOf(row.half))
      .map(([name, title]) => `${title}: ${row[name]}`)
      .join(", ");
  }

  // Name of a field -> its title.
  titlesOf(half) {
    const { stride, ...titles } = this.data.words[this.composition.kind];
    return stride ? { ...titles, stride: `${stride} ${SIGNS[half]}` } : titles;
  }

  // A layer under the hand

  choose(event) {
    const { layer } = event.target.closest(".row") ?? {};
    if (!(layer?.index >= 0) || event.target.closest("button")) return;
    if (this.chosen[0] === layer.half && this.chosen[1] === layer.index) return;
    this.chosen = [layer.half, layer.index];
    this.draw();
  }

  press(event) {
    const bar = event.target.closest(".layer .bar");
    if (!bar || event.button) return;
    const { left, width } = bar.getBoundingClientRect();
    const side = event.clientX < left + width / 4 ? -1 : 1; // outwards from there is wider
    const { clientX: x, pointerId: id } = event;
    bar.setPointerCapture(id); // from the start: who slips off and lets go outside has let go
    this.held = { layer: bar.closest(".row").layer, side, x, id, before: this.composition };
  }

  drag(event) {
    const { held } = this;
    if (!held || held.id !== event.pointerId) return;
    if (!event.buttons) return this.release(true);
    const moved = held.side * (event.clientX - held.x);
    if (!held.moved && Math.abs(moved) < MOVED) return;
    held.moved = true;
    const { half, index, units, kernel, stride } = held.layer;
    const wanted = snap(units * 2 ** (moved / DOUBLES), this.most);
    this.composition = change(held.before, half, index, [wanted, kernel, stride]);
    this.draw();
  }

  release(cancelled = false) {
    const { held } = this;
    this.held = null;
    if (!held?.moved) return;
    if (cancelled) {
      this.composition = held.before;
      this.draw();
    } else this.edit(this.composition);
  }

  key(event) {
    const { layer } = event.target.closest(".layer") ?? {};
    if (!layer || !event.target.matches(".bar") || event.ctrlKey || event.metaKey || event.altKey) return;
    const { half, index, units, kernel, stride } = layer;
    if (event.key in KEYS)
      this.edit(
        change(this.composition, half, index, [stepped(units, KEYS[event.key], this.most), kernel, stride]),
        LATER,
      );
    else if (["+", "Insert"].includes(event.key)) this.plus(layer);
    else if (["-", "Delete", "Backspace"].includes(event.key)) this.minus(layer);
    else return;
    event.preventDefault();
  }

  plus({ half, index }) {
    if (layersOf(this.composition, half).length >= this.data.bounds.layers) return;
    this.chosen = [half, index + 1];
    this.edit(add(this.composition, half, index));
    this.focus();
  }

  minus({ half, index }) {
    if (layersOf(this.composition, half).length <= 1) return;
    this.chosen = [half, Math.max(index - 1, 0)];
    this.edit(take(this.composition, half, index));
    this.focus();
  }

  focus() {
    this.glass.querySelector(".on .bar")?.focus({ preventScroll: true });
  }

  // Fields

  writeOptions() {
    const { kinds, options } = this.data;
    for (const [kind, title] of Object.entries(kinds)) {
      const input = element("input", { type: "radio", name: `kind of ${this.data.key}`, value: kind });
      this.on(input, "change", () => this.edit(this.recall.ofKind(this.composition, kind)));
      this.kinds.append(element("label", {}, input, title));
    }
    this.inputs = {};
    for (const [name, { title, values, help }] of Object.entries(options)) {
      const about = { "aria-description": help };
      const choices = values?.map(([value, words]) => element("option", { value, text: words }));
      const input = values ? element("select", about, ...choices) : element("input", { type: "checkbox", ...about });
      this.on(input, "change", () => {
        const isNumber = typeof this.composition[name] === "number";
        const value = values ? input.value : input.checked;
        this.edit({ ...this.composition, [name]: isNumber ? Number(value) : value });
      });
      this.inputs[name] = input;
      const words = values ? [title, input] : [input, title];
      this.options.append(element("label", { class: values ? "" : "check", title: help }, ...words));
    }
  }

  // A value that is not in a list, as a link may say one, is put there.
  show(input, value) {
    if (input.type === "checkbox") {
      input.checked = value;
      return;
    }
    if (![...input.options].some((option) => option.value === String(value)))
      input.append(element("option", { value, text: String(value) }));
    input.value = String(value);
  }

  drawFields(row) {
    const [fields, { bounds }, titles] = [this.fields, this.data, Object.entries(this.titlesOf(row.half))];
    const titled = String(titles);
    if (this.titled !== titled) {
      this.titled = titled;
      fields.replaceChildren(element("span", { class: "whose" }), ...titles.map((title) => this.field(...title)));
    }
    setText(fields.firstElementChild, row.name);
    setAttribute(fields, "aria-label", row.name);
    for (const input of fields.querySelectorAll("input")) {
      input.max = input.name === "units" ? this.most : bounds[input.name];
      if (input.getRootNode().activeElement !== input) input.value = row[input.name];
    }
  }

  field(name, title) {
    const input = element("input", { type: "number", name, min: 1, step: 1, inputmode: "numeric" });
    this.on(input, "change", () => {
      const [half, index] = this.chosen;
      const layer = layersOf(this.composition, half)[index];
      const value = Math.min(Math.max(Math.round(Number(input.value)) || 1, 1), Number(input.max));
      input.value = value;
      this.edit(change(this.composition, half, index, layer.with(["units", "kernel", "stride"].indexOf(name), value)));
    });
    return element("label", {}, title, input);
  }

  writeCosts(costs) {
    const text = JSON.stringify(costs);
    if (text === this.written) return;
    this.written = text;
    this.costs.replaceChildren(
      ...costs.flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]),
    );
  }
}

import { element, isDark, mounted, setAttribute, setText, svg } from "../dom.js";
import { closeAll, unpack, versionOf } from "../packed.js";
import { closeBox, openBox } from "../post.js";
import { SHAPES } from "../shapes.js";
import { Plot } from "./plot.js";

// A scatter plot of pictures. All thumbnails, and what the decoder makes of a grid of places, are here already, so the
// pointer is followed in the next animation frame; Python hears of what was chosen on a click.

const REACH = { mouse: 9, touch: 16 }; // px around a point that belong to it

export default mounted(({ parentElement }) => new Scatter(parentElement));

class Scatter {
  constructor(host) {
    this.plot = new Plot();
    this.turn = 0; // how many times we told Python; what it says in answer to an older turn is stale
    this.next = "a"; // which of the two the next click chooses
    this.a = this.b = 0;
    this.hover = -1;
    this.makeElements(host);
    this.listen();
    this.observer = new ResizeObserver(() => this.layOut());
    this.observer.observe(this.stage);
  }

  makeElements(host) {
    this.tipPicture = element("canvas");
    this.tipText = element("span");
    this.tip = element("div", { class: "tip", hidden: "", "aria-hidden": "true" }, this.tipPicture, this.tipText);
    this.stage = element("div", { class: "stage", role: "img" }, this.plot.back, this.plot.front, this.tip);
    this.legend = element("div", { class: "classes", role: "group", "aria-label": "Look at one class alone" });
    this.behind = element("button", {
      class: "behind",
      type: "button",
      "aria-pressed": "false",
      text: "Map behind the points",
    });
    this.slots = Object.fromEntries(["a", "b", "place"].map((name) => [name, this.makeSlot(name)]));
    this.axes = element("div", { class: "axes" });
    this.root = element(
      "div",
      { class: "scatter" },
      element(
        "div",
        { class: "left" },
        this.legend,
        this.stage,
        element("div", { class: "below" }, this.axes, this.behind),
      ),
      element("div", { class: "slots" }, ...Object.values(this.slots).map((slot) => slot.root)),
    );
    host.append(this.root);
  }

  makeSlot(name) {
    const picture = element("canvas", { "aria-hidden": "true" });
    const title = element("b", { text: name === "place" ? "A place" : name.toUpperCase() });
    const text = element("span");
    const choosable = name !== "place";
    const root = element(
      choosable ? "button" : "div",
      { class: `slot ${name}`, type: choosable ? "button" : null },
      picture,
      element("span", { class: "words" }, title, " ", text),
    );
    if (choosable) root.addEventListener("click", () => this.choosesNext(name));
    return { root, picture, text };
  }

  listen() {
    const { stage } = this;
    stage.addEventListener("pointermove", (event) => this.follow(event));
    stage.addEventListener("pointerdown", (event) => this.follow(event));
    stage.addEventListener("pointerleave", () => this.leave());
    stage.addEventListener("pointercancel", () => this.leave());
    stage.addEventListener("click", (event) => this.click(event));
    this.behind.addEventListener("click", () => {
      this.plot.map = !this.plot.map;
      setAttribute(this.behind, "aria-pressed", this.plot.map);
      this.draw();
    });
  }

  remove() {
    cancelAnimationFrame(this.request);
    this.observer.disconnect();
    if (this.data) closeBox(this.data.key, this);
    this.root.remove();
  }

  darken() {
    const dark = isDark(this.root);
    if (dark === this.plot.dark) return;
    this.plot.dark = dark;
    this.root.classList.toggle("dark", dark);
    if (this.data) this.draw();
  }

  // ---- what comes from Python -------------------------------------------------------------

  receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    this.darken();
    this.update(data);
  }

  async update(bytes) {
    const version = versionOf(bytes);
    if (version === this.version) return;
    this.version = version;
    const { header, pictures: sheets } = unpack(bytes, (told) => told.bytes);
    const bitmaps = await Promise.all(sheets.map((sheet) => createImageBitmap(sheet))).catch(() => null);
    if (!bitmaps) return setText(this.axes, "This browser could not decode the pictures.");
    if (version !== this.version || !this.root.isConnected) return closeAll(bitmaps);
    const isNew = !this.data;
    this.data = header;
    this.plot.update(header, bitmaps);
    const last = header.points.length / 2 - 1;
    [this.a, this.b] = [Math.min(this.a, last), Math.min(this.b, last)];
    this.plot.only = null;
    setText(this.axes, header.axes);
    setAttribute(this.stage, "aria-label", header.description);
    this.writeLegend();
    this.layOut();
    if (isNew) openBox(header.key, this);
  }

  // Letters: "chosen" says which two pictures, "place" what Python decoded exactly.
  read(letters) {
    const chosen = letters.get("chosen");
    if (chosen && chosen.turn >= this.turn) {
      this.turn = chosen.turn;
      [this.a, this.b] = [chosen.a, chosen.b];
    }
    const place = letters.get("place");
    if (place && place.turn >= this.turn) {
      this.place = place;
      this.showPlace();
    }
    this.show();
  }

  showPlace() {
    const { picture, text } = this.slots.place;
    setText(text, this.place.text);
    const { picture: source } = this.place;
    const image = new Image();
    image.onload = () => {
      if (this.place?.picture !== source || this.pointed) return;
      [picture.width, picture.height] = [image.width, image.height];
      picture.getContext("2d").drawImage(image, 0, 0);
      this.root.dataset.exact = `${this.place.x},${this.place.y}`;
    };
    image.src = source;
  }

  writeLegend() {
    const { names, classes } = this.data;
    const buttons = classes.map((label) => {
      const path = svg("path", { d: SHAPES[label % SHAPES.length] });
      const swatch = svg("svg", { viewBox: "-6 -6 12 12", width: 14, height: 14 }, path);
      const button = element(
        "button",
        { type: "button", "aria-pressed": "false" },
        swatch,
        element("span", { text: names[label] }),
      );
      button.addEventListener("click", () => this.lookAt(label));
      return { label, path, button };
    });
    this.entries = buttons;
    this.legend.replaceChildren(...buttons.map(({ button }) => button));
    this.legend.hidden = classes.length < 2;
  }

  lookAt(label) {
    this.plot.only = this.plot.only === label ? null : label;
    for (const entry of this.entries) setAttribute(entry.button, "aria-pressed", entry.label === this.plot.only);
    this.draw();
  }

  // ---- the pointer ------------------------------------------------------------------------

  spot(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  follow(event) {
    this.pointed = this.spot(event);
    this.reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
    this.request ??= requestAnimationFrame(() => this.show());
  }

  leave() {
    this.pointed = null;
    this.hover = -1;
    this.tip.hidden = true;
    delete this.root.dataset.hover;
    if (this.place) this.showPlace();
    this.show();
  }

  click(event) {
    if (!this.data) return;
    const [x, y] = this.spot(event);
    const found = this.plot.nearest(x, y, this.reach ?? REACH.mouse);
    this.turn += 1;
    if (found >= 0) {
      this[this.next] = found;
      this.choosesNext(this.next === "a" ? "b" : "a");
      this.setStateValue("chosen", { a: this.a, b: this.b, turn: this.turn });
    } else {
      const share = { x: x / this.plot.width, y: 1 - y / this.plot.height };
      this.place = { ...share, text: "", picture: "" };
      this.setStateValue("place", { ...share, turn: this.turn });
    }
    this.show();
  }

  choosesNext(name) {
    this.next = name;
    this.show();
  }

  // ---- drawing ----------------------------------------------------------------------------

  layOut() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.data || !width) return;
    this.plot.resize(width, Math.floor(this.stage.clientHeight));
    this.draw();
  }

  draw() {
    if (!this.data || !this.plot.width) return;
    this.plot.drawPoints();
    const colors = this.plot.colors();
    for (const { label, path } of this.entries) path.setAttribute("fill", colors[label % colors.length]);
    this.show();
  }

  show() {
    cancelAnimationFrame(this.request);
    this.request = null;
    if (!this.data || !this.plot.width) return;
    if (this.pointed) this.showPointed();
    this.plot.drawFront(this);
    for (const name of ["a", "b"]) this.showChosen(name);
    Object.assign(this.root.dataset, { a: this.a, b: this.b, turn: this.turn, drawn: performance.now() });
  }

  showPointed() {
    const [x, y] = this.pointed;
    const { columns, map, said } = this.data;
    const { plot, tip } = this;
    this.hover = plot.nearest(x, y, this.reach);
    const number = this.hover >= 0 ? this.hover : plot.cell(x, y);
    const [sheet, across] = this.hover >= 0 ? [plot.thumbs, columns] : [plot.places, map[0]];
    plot.copyTile(this.tipPicture, sheet, across, number);
    setText(this.tipText, this.hover >= 0 ? this.nameOf(number) : said);
    if (this.hover < 0) {
      plot.copyTile(this.slots.place.picture, sheet, across, number);
      setText(this.slots.place.text, said);
    }
    this.root.dataset.hover = `${this.hover >= 0 ? "point" : "place"} ${number}`;
    tip.hidden = false;
    tip.style.left = `${x > plot.width / 2 ? x - tip.offsetWidth - 16 : x + 16}px`;
    tip.style.top = `${Math.min(Math.max(y - tip.offsetHeight / 2, 0), plot.height - tip.offsetHeight)}px`;
  }

  nameOf(index) {
    const label = this.data.labels[index];
    return `Test picture ${index + 1}${label === undefined ? "" : `: ${this.data.names[label]}`}`;
  }

  showChosen(name) {
    const { root, picture, text } = this.slots[name];
    const index = this[name];
    this.plot.copyTile(picture, this.plot.thumbs, this.data.columns, index);
    setText(text, this.nameOf(index));
    setAttribute(root, "aria-pressed", this.next === name);
    setAttribute(
      root,
      "aria-label",
      `${name.toUpperCase()}: ${this.nameOf(index)}. The next click on a point chooses ${name.toUpperCase()}`,
    );
  }
}

import { Living, mounted, outside, roomBelow, setAttribute, setText } from "../dom.js";
import { adoptPacked } from "../packed.js";
import { writeLegend } from "./legend.js";
import { Plot } from "./plot.js";

// A scatter plot of pictures. All thumbnails, and what the decoder makes of a grid of places, are here already, so the
// pointer is followed in the next animation frame; Python hears of what was chosen on a click.

const REACH = { mouse: 9, touch: 16 }; // px around a point that belong to it
const NARROW = 560; // css px; below it the pictures stand below the plot
const LEAST = 340; // css px, of the height
const BELOW_PLACE = 148; // css px, for what stands below the picture of the place

const slot = (name, title) => `
  <canvas data-name="${name}Picture" aria-hidden="true"></canvas>
  <span class="words"><b>${title}</b> <span data-name="${name}Text"></span></span>`;
const HTML = `
  <div class="scatter">
    <div class="left">
      <div class="classes" data-name="legend" role="radiogroup" aria-label="Look at one class alone"></div>
      <div class="stage" data-name="stage" role="img" aria-label="Codes">
        <div class="tip" data-name="tip" hidden aria-hidden="true"><canvas data-name="tipPicture"></canvas><span data-name="tipText"></span></div>
      </div>
      <div class="axes" data-name="axes"></div>
    </div>
    <div class="slots">
      <div class="slot place">${slot("place", "A place")}</div>
      <div class="pair" data-name="pair" role="radiogroup" aria-label="The next click on a point chooses" hidden>
        <label class="slot a"><input type="radio" name="pair" data-name="aInput" checked>${slot("a", "A")}</label>
        <label class="slot b"><input type="radio" name="pair" data-name="bInput">${slot("b", "B")}</label>
      </div>
    </div>
  </div>`;

export default mounted(({ parentElement }) => new Scatter(parentElement, HTML));

class Scatter extends Living {
  plot = new Plot();
  turn = 0; // how many times we told Python; what it says in answer to an older turn is stale
  a = -1; // none, where Python says of none
  b = -1;
  hover = -1;

  constructor(host, html) {
    super(host, html);
    this.stage.prepend(this.plot.back, this.plot.front);
    this.on(this.stage, "pointermove pointerdown", (event) => this.follow(event));
    this.on(this.stage, "pointerdown", (event) => this.takeDrawing(event));
    const stay = (event) => this.walking && event.preventDefault(); // the page does not scroll under a walk
    this.on(this.stage, "touchstart", stay, { passive: false });
    this.on(this.stage, "pointerup pointercancel", () => this.letDrawingGo());
    this.on(this.stage, "pointerleave pointercancel", () => this.leave());
    this.on(this.stage, "click", (event) => this.click(event));
    const page = outside(this.root, "stMainBlockContainer") ?? this.stage; // what stands above may grow
    this.onResize(() => this.layOut(), this.stage, page);
  }

  receive({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const dark = getComputedStyle(this.root).colorScheme === "dark";
    if (dark !== this.plot.dark) this.draw({ dark });
    adoptPacked(data, this, this.axes);
  }

  adopt(header, [thumbs, places]) {
    const isNew = !this.data;
    this.data = header;
    Object.assign(this.plot, { data: header, thumbs, places, only: null });
    const last = header.points.length / 2 - 1;
    [this.a, this.b] = [Math.min(this.a, last), Math.min(this.b, last)]; // -1 stays
    setText(this.axes, header.axes);
    setAttribute(this.stage, "aria-label", header.description);
    writeLegend(this.legend, header, (only) => this.draw({ only }));
    this.layOut();
    if (isNew) this.readBox(header.key);
  }

  // Letters: "known" says which two pictures are chosen and what is behind the points, "place" what was decoded exactly,
  // "live" where a drawing lies.
  read(letters) {
    this.readDrawing(letters.get("live") ?? {});
    const { pair, behind, turn } = letters.get("known") ?? {};
    if (pair && turn >= this.turn) {
      this.turn = turn;
      [this.a, this.b] = pair;
      this.pair.hidden = false;
      this.layOut();
    }
    if (Boolean(behind) !== this.plot.map) this.draw({ map: Boolean(behind) });
    const place = letters.get("place");
    if (place && place !== this.letter && place.turn >= this.turn) {
      this.place = this.letter = place;
      this.showPlace();
    }
    this.show();
  }

  // The code of a drawing is a point too, and its neighbors light up.
  readDrawing({ answer, ask }) {
    this.ask = ask;
    if (answer === this.answer) return;
    this.answer = answer;
    this.plot.drawing = answer?.header;
    Object.assign(this.root.dataset, { drawing: answer ? answer.header.point.join(",") : "" });
    if (answer && (!this.pointed || this.walking || this.returns)) this.showAnswer();
  }

  // What the decoder makes of the drawing's code, or of the place to which a walk has led from there.
  showAnswer() {
    const { placePicture: picture, answer } = this;
    const [bitmap] = answer.bitmaps;
    [picture.width, picture.height] = [bitmap.width, bitmap.height];
    picture.getContext("2d").drawImage(bitmap, 0, 0);
    setText(this.placeText, answer.header.said);
  }

  takeDrawing({ offsetX, offsetY, pointerId }) {
    if (!this.plot.drawing) return;
    const [x, y] = this.plot.atShare(this.plot.drawing.point);
    this.walking = Math.hypot(offsetX - x, offsetY - y) < REACH.touch;
    if (this.walking) this.stage.setPointerCapture(pointerId);
  }

  letDrawingGo() {
    if (!this.walking) return;
    this.walking = false;
    this.walked = true; // and the click that follows chooses nothing
    this.returns = true; // to the drawing itself, when its answer comes, unless the pointer moves on
    this.plot.walk = null;
    this.ask?.(null);
  }

  // The line from the drawing to the pointer, and what is there.
  walkTo([x, y]) {
    const within = (share) => Math.min(Math.max(share, 0), 1);
    const place = { x: within(x / this.plot.width), y: within(1 - y / this.plot.height) };
    this.plot.walk = [place.x, place.y];
    this.ask?.(place);
  }

  showPlace() {
    const { placePicture: picture, place } = this;
    setText(this.placeText, place.text);
    const image = new Image();
    image.onload = () => {
      if (this.place !== place || this.pointed) return;
      [picture.width, picture.height] = [image.width, image.height];
      picture.getContext("2d").drawImage(image, 0, 0);
      this.root.dataset.exact = `${place.x},${place.y}`;
    };
    image.src = place.picture;
  }

  follow(event) {
    this.pointed = [event.offsetX, event.offsetY];
    if (event.type === "pointermove") this.returns = false;
    this.reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
    this.request ??= requestAnimationFrame(() => this.show());
  }

  leave() {
    this.pointed = null;
    this.hover = -1;
    this.tip.hidden = true;
    delete this.root.dataset.hover;
    if (this.answer) this.showAnswer();
    else if (this.place) this.showPlace();
    this.show();
  }

  click(event) {
    const { walked } = this;
    this.walked = false;
    if (walked || !this.data || this.a < 0) return;
    const { offsetX: x, offsetY: y } = event;
    const found = this.plot.nearest(x, y, this.reach);
    this.turn += 1;
    if (found >= 0) {
      const [next, other] = this.aInput.checked ? ["a", "bInput"] : ["b", "aInput"];
      this[next] = found;
      this[other].checked = true;
      this.setStateValue("chosen", { a: this.a, b: this.b, turn: this.turn });
    } else {
      const share = { x: x / this.plot.width, y: 1 - y / this.plot.height };
      this.place = { ...share, text: "", picture: "" };
      this.setStateValue("place", { ...share, turn: this.turn });
    }
    this.show();
  }

  // The plot and the picture of the place beside it are as large as the window has room for.
  layOut() {
    const { clientWidth: wide, style } = this.root;
    if (!this.data || !wide) return;
    this.root.classList.toggle("narrow", wide < NARROW);
    const high = Math.max(LEAST, Math.min(roomBelow(this.root, 96) - 12, 0.75 * wide));
    const [across, down] = this.data.tile;
    const room = high - (this.pair.hidden ? 56 : BELOW_PLACE);
    style.setProperty("--height", `${high}px`);
    style.setProperty("--picture", `${Math.max(120, Math.floor(Math.min(0.42 * wide, (room * across) / down)))}px`);
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || (width === this.plot.width && height === this.plot.height && this.drawn === this.version)) return;
    this.drawn = this.version;
    this.plot.resize(width, height);
    this.draw();
  }

  draw(change = {}) {
    Object.assign(this.plot, change);
    if (!this.data || !this.plot.width) return;
    this.plot.drawPoints();
    this.show();
  }

  show() {
    cancelAnimationFrame(this.request);
    this.request = null;
    if (!this.data || !this.plot.width) return;
    if (this.walking && this.pointed) this.walkTo(this.pointed);
    else if (this.pointed) this.showPointed();
    this.plot.drawFront(this);
    if (this.a >= 0) for (const name of ["a", "b"]) this.showChosen(name);
    Object.assign(this.root.dataset, { a: this.a, b: this.b, turn: this.turn, drawn: performance.now() });
  }

  showPointed() {
    const [x, y] = this.pointed;
    const { plot, tip } = this;
    this.hover = plot.nearest(x, y, this.reach);
    const isPoint = this.hover >= 0;
    const number = isPoint ? this.hover : plot.cell(x, y);
    const sheet = isPoint ? [plot.thumbs, this.data.columns] : [plot.places, this.data.map[0]];
    for (const slot of isPoint ? ["tip"] : ["tip", "place"]) {
      plot.copyTile(this[`${slot}Picture`], ...sheet, number);
      setText(this[`${slot}Text`], isPoint ? this.nameOf(number) : this.data.said);
    }
    this.root.dataset.hover = `${isPoint ? "point" : "place"} ${number}`;
    tip.hidden = false;
    tip.style.left = `${x > plot.width / 2 ? x - tip.offsetWidth - 16 : x + 16}px`;
    tip.style.top = `${Math.min(Math.max(y - tip.offsetHeight / 2, 0), plot.height - tip.offsetHeight)}px`;
  }

  nameOf(index) {
    const label = this.data.labels[index];
    return `Test picture ${index + 1}${label === undefined ? "" : `: ${this.data.names[label]}`}`;
  }

  showChosen(name) {
    const [input, picture, text] = ["Input", "Picture", "Text"].map((part) => this[name + part]);
    this.plot.copyTile(picture, this.plot.thumbs, this.data.columns, this[name]);
    setText(text, this.nameOf(this[name]));
    setAttribute(input, "aria-label", `${name.toUpperCase()}: ${text.textContent}`);
  }
}

import { Living, mounted, outside, roomBelow, setAttribute, setText } from "../dom.js";
import { unpack } from "../packed.js";
import { writeLegend } from "../scatter/legend.js";
import { epochAt, frameOf, inEpochs, nextMoment, placeAt, readPoints, timeInWords } from "./moments.js";
import { Moving } from "./moving.js";

// Points that move as a network learned. All moments are here, so a time is drawn in the next animation frame, and
// nothing is asked of Python. While the network learns, letters bring moments that are new.

const A_MOMENT = 350; // ms from one to the next while it plays
const GLIDE = 0.2; // of the way to a larger frame, in each animation frame
const NARROW = 560; // css px; below it the plot is as on a phone
const LEAST = 300; // css px, of the height
const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

const HTML = `
  <div class="frames unfold">
    <div class="desk">
      <div class="head">
        <div class="reading">
          <label class="label" for="time">Epochs of training</label><span class="value" data-name="value"></span>
        </div>
        <div class="captions" data-name="captions"><span class="caption" data-name="caption"></span></div>
      </div>
      <div class="control" data-name="control">
        <button class="play" data-name="play" type="button" aria-label="Play"></button>
        <input data-name="slider" id="time" type="range" min="0" step="0.01" max="0">
      </div>
    </div>
    <div class="scatter" data-name="scatter">
      <div class="left">
        <div class="classes" data-name="legend" role="radiogroup" aria-label="Look at one class alone"></div>
        <div class="stage" data-name="stage" role="img"></div>
        <div class="axes" data-name="axes"></div>
      </div>
    </div>
  </div>`;

export default mounted(({ parentElement }) => new Unfold(parentElement, HTML));

class Unfold extends Living {
  plot = new Moving();
  moments = [];
  time = 0;
  goal = null; // the time to which it moves by itself
  known = null; // what came by letter, by the number of the moment

  constructor(host, html) {
    super(host, html);
    this.stage.prepend(this.plot.back);
    this.on(this.slider, "input", () => this.go(this.slider.valueAsNumber));
    this.on(this.slider, "keydown", (event) => this.step(event));
    this.on(this.play, "click", () => (this.goal === null ? this.start() : this.pause()));
    this.onResize(() => this.layOut(), this.stage, outside(this.root, "stMainBlockContainer") ?? this.stage);
  }

  async receive({ data }) {
    const dark = getComputedStyle(this.root).colorScheme === "dark";
    if (dark !== this.plot.dark) {
      this.plot.dark = dark;
      this.show();
    }
    const { version, header, pictures } = unpack(data);
    if (version === this.version) return;
    this.version = version;
    const contents = await Promise.all(pictures.map((points) => points.arrayBuffer()));
    if (version === this.version && this.root.isConnected) this.adopt(header, contents);
  }

  adopt(header, contents) {
    const isNew = !this.data;
    this.pause();
    this.data = header;
    this.known = new Map(
      contents.map((points, number) => [number, { ...header.moments[number], points: readPoints(points) }]),
    );
    this.plot.only = null;
    setText(this.axes, header.axes);
    setAttribute(this.stage, "aria-label", header.description);
    writeLegend(this.legend, header, (only) => {
      this.plot.only = only;
      this.show();
    });
    this.moments = [];
    if (isNew) this.readBox(header.key);
    this.read(this.letters);
  }

  // Letters of the kinds "moments 0", "moments 1", …: { plane, moments }, some moments each.
  read(letters) {
    this.letters = letters;
    for (const { kind, plane, moments } of letters.values())
      if (kind.startsWith("moments") && plane === this.data.plane)
        for (const moment of moments)
          if (!this.known.has(moment.number))
            this.known.set(moment.number, { ...moment, points: readPoints(moment.points) });
    if (this.known.size > this.moments.length) this.append();
  }

  // Whoever looks at the last moment goes on to what is new.
  append() {
    const [first, last] = [!this.moments.length, this.last];
    const follows = (this.goal ?? this.time) >= last;
    this.moments = [...this.known.entries()].sort(([a], [b]) => a - b).map(([, moment]) => moment);
    this.frame = frameOf(this.moments);
    this.plot.data = { points: new Float32Array(this.moments[0].points.length), labels: this.data.labels };
    this.writeWords();
    if (first) this.time = this.last;
    else if (follows) this.moveTo(this.last);
    this.layOut();
    this.show();
  }

  get last() {
    return this.moments.length - 1;
  }

  // By key from one moment to the next; what is between is for the mouse.
  step(event) {
    if (!(event.key in ARROWS)) return;
    event.preventDefault();
    this.go(nextMoment(this.time, ARROWS[event.key], this.moments.length));
  }

  go(time) {
    this.pause();
    this.time = time;
    this.request ??= requestAnimationFrame(() => this.show());
  }

  start() {
    if (this.time >= this.last) this.time = 0;
    this.moveTo(this.last);
  }

  pause() {
    this.goal = null;
    this.writePlay();
  }

  // Who wants no motion sees one moment after the other, each as long as the way to the next would take.
  moveTo(goal) {
    this.goal = goal;
    this.writePlay();
    const [from, begin] = [this.time, performance.now()];
    const move = (now) => {
      if (this.goal !== goal) return;
      const time = Math.min(from + Math.max(now - begin, 0) / A_MOMENT, goal);
      this.time = STILL.matches && time < goal ? Math.max(from, Math.floor(time)) : time;
      if (time >= goal) this.pause();
      this.show();
      if (time < goal) this.request = requestAnimationFrame(move);
    };
    cancelAnimationFrame(this.request);
    this.request = requestAnimationFrame(move);
  }

  writePlay() {
    this.play.classList.toggle("on", this.goal !== null);
    setAttribute(this.play, "aria-label", this.goal === null ? "Play" : "Pause");
  }

  writeWords() {
    const { last } = this;
    this.slider.max = last;
    this.control.hidden = last < 1;
    const said = this.moments.map((moment) => moment.said);
    this.captions.dataset.longest = said.reduce((a, b) => (b.length > a.length ? b : a), "");
    this.captions.hidden = !this.captions.dataset.longest;
    this.value.style.minWidth = `${Math.max(...this.moments.map(({ epoch }) => inEpochs(epoch).length)) + 2}ch`;
  }

  layOut() {
    const { clientWidth: wide, style } = this.root;
    if (!this.moments.length || !wide) return;
    this.scatter.classList.toggle("narrow", wide < NARROW);
    style.setProperty("--height", `${Math.max(LEAST, Math.min(roomBelow(this.scatter, 160) - 12, 0.6 * wide))}px`);
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || (width === this.plot.width && height === this.plot.height)) return;
    this.plot.resize(width, height);
    this.show();
  }

  show() {
    if (this.goal === null) {
      cancelAnimationFrame(this.request);
      this.request = null;
    }
    if (!this.moments.length || !this.plot.width) return;
    const { moments, time, slider, last } = this;
    const glides = this.goal !== null && this.seen && !STILL.matches; // after a new moment the frame may be larger
    this.seen = glides ? this.frame.map((end, side) => this.seen[side] + GLIDE * (end - this.seen[side])) : this.frame;
    placeAt(moments, time, this.seen, this.plot.data.points);
    if (this.goal !== null) this.plot.drawMoving();
    else this.plot.drawPoints();
    const epoch = epochAt(moments, time);
    slider.value = time;
    slider.style.setProperty("--done", last ? time / last : 0);
    setAttribute(slider, "aria-valuetext", timeInWords(epoch));
    setText(this.value, inEpochs(epoch));
    setText(this.caption, moments[Math.round(time)].said);
    Object.assign(this.root.dataset, { time: time.toFixed(2), moments: moments.length });
  }
}

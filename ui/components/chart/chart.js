import { element, Living, setAttribute, setText, svg } from "../dom.js";
import { playerOf } from "../post.js";
import { SHAPES } from "../shapes.js";
import { extent, fittingTicks, formatNumber, makeScale, ticks, yExtent } from "./axis.js";
import { areaPath, describe, isVisible, linePath, nearestIndex, nearestPoint, valueAt } from "./lines.js";

// A small line chart in SVG. It is our own because its marker follows a finger without the server.

const [TOP, RIGHT] = [12, 16]; // px around the lines
const series = (line) => `--series: var(--c${line.color % 6})`;
const shapeOf = (line) => SHAPES[line.color % 6];

const CHART = `
  <div class="chart">
    <div class="chart-title" data-name="title"></div>
    <div class="chart-legend" data-name="legend"></div>
    <div class="chart-stage" data-name="stage">
      <svg role="img" data-name="picture">
        <g data-name="shade"/><g data-name="grid"/><g data-name="lines"/><g data-name="marker"/><g data-name="drawing"/><g data-name="ring"/>
      </svg>
      <div class="chart-tip" data-name="tip" hidden aria-hidden="true"></div>
    </div>
  </div>`;

// The stroke of a line along `d`, if it has one, and before it what fills an area; `rest`: from its end to its start.
function strokes({ style, color }, d, rest) {
  if (style === "points") return [];
  const kind = style === "area" && color % 2 ? "dashed" : style;
  const stroke = svg("path", { class: `stroke ${kind}`, d });
  return style === "area" ? [svg("path", { class: "fill", d: d + rest }), stroke] : [stroke];
}

export class Chart extends Living {
  // `follows`: the key of a player; the chart's marker can be taken and moved, as that one's handle can.
  constructor(host, height, follows = null) {
    super(host, CHART);
    this.usualHeight = height;
    this.follows = follows;
    this.onResize(() => this.draw(), this.stage);
    const taken = (event) => this.movable && this.stage.hasPointerCapture(event.pointerId);
    this.on(this.stage, "pointermove", (event) => (taken(event) ? this.pull(event) : this.hover(event)));
    this.on(this.stage, "pointerdown", (event) => (this.movable ? this.take(event) : this.hover(event)));
    // A finger's tip stays after the finger has gone, so that it can be read.
    this.on(this.stage, "pointerleave", (event) => event.pointerType === "mouse" && this.unhover());
    this.on(this.stage, "pointercancel", () => this.unhover());
  }

  read(letters) {
    if (letters.has("chart")) this.update(letters.get("chart").chart);
  }

  update(data) {
    this.data = data;
    setText(this.title, data.title);
    this.title.hidden = !data.title;
    this.writeLegend();
    setAttribute(this.picture, "aria-label", describe(this.data));
    this.unhover();
    this.movable = this.follows !== null && data.marker_x.length > 1;
    this.stage.classList.toggle("movable", this.movable);
    this.draw();
  }

  // The marker comes to the finger wherever the finger goes down.
  take(event) {
    this.stage.setPointerCapture(event.pointerId);
    this.unhover();
    playerOf(this.follows)?.take();
    this.pull(event);
  }

  pull(event) {
    const left = event.clientX - this.picture.getBoundingClientRect().left;
    playerOf(this.follows)?.go(nearestIndex(this.data.marker_x.map(this.x), left));
  }

  writeLegend() {
    const { lines } = this.data;
    this.values = lines.map(() => element("span", { class: "value" }));
    const items = lines.map((line, index) => {
      const isArea = line.style === "area";
      const parts = strokes(line, isArea ? "M-12-5H12" : "M-14 0H14", "V5H-12Z");
      if (!isArea) parts.push(svg("path", { class: "shape", d: shapeOf(line) }));
      const swatch = svg("svg", { width: 30, height: 12, viewBox: "-15 -6 30 12", style: series(line) }, ...parts);
      return element("span", { class: "item" }, swatch, element("span", { text: line.name }), this.values[index]);
    });
    this.legend.replaceChildren(...items);
  }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.data || !width) return;
    this.width = width;
    this.type = parseFloat(getComputedStyle(this.root).fontSize) / 13; // how much larger than usual it is
    this.height = this.usualHeight * this.type;
    Object.assign(this, { left: 60 * this.type, right: width - RIGHT, bottom: this.height - 46 * this.type });
    for (const name of ["width", "height"]) setAttribute(this.picture, name, this[name]);
    const { lines, x_scale, y_scale, x_range, shade, marker_x } = this.data;
    const points = lines.flatMap((line) => line.points);
    const xs = [...points.map(([x]) => x), ...marker_x, ...(x_range ?? []), ...(shade ?? [])];
    this.whole = xs.every(Number.isInteger); // epochs and sizes: half a one is no tick
    this.xRange = extent(xs, x_scale);
    const ys = points.map(([, y]) => y ?? NaN);
    this.yRange = yExtent(ys, y_scale);
    this.x = makeScale(x_scale, this.xRange, this.left, this.right);
    this.y = makeScale(y_scale, this.yRange, this.bottom, TOP);
    this.drawAxes();
    this.drawShade();
    this.lines.replaceChildren(...lines.map((line) => this.drawLine(line)));
    this.mark(this.index);
    this.markDrawing(this.drawn);
  }

  drawAxes() {
    const { x_scale, y_scale, x_ticks, x_label, y_label } = this.data;
    const { left, right, bottom, type } = this;
    const [low, high] = this.xRange;
    const wanted = x_ticks.length
      ? x_ticks.filter((tick) => tick >= low && tick <= high)
      : ticks(x_scale, this.xRange, Math.min(10, this.width / 80), this.whole);
    const half = (tick) => 4 + 3.6 * type * formatNumber(tick).length;
    const text = (words, anchor, place) => svg("text", { "text-anchor": anchor, text: words, ...place });
    const turned = `translate(${14 * type} ${(TOP + bottom) / 2}) rotate(-90)`;
    this.grid.replaceChildren(
      ...ticks(y_scale, this.yRange, 4).flatMap((tick) => [
        svg("path", { class: "rule", d: `M${left} ${this.y(tick)}H${right}` }),
        text(formatNumber(tick), "end", { x: left - 8, y: this.y(tick) + 4 }),
      ]),
      svg("path", { class: "axis", d: `M${left} ${bottom}H${right}` }),
      ...fittingTicks(wanted.toReversed(), this.x, half).flatMap((tick) => [
        svg("path", { class: "axis", d: `M${this.x(tick)} ${bottom}v5` }),
        text(formatNumber(tick), "middle", { x: this.x(tick), y: bottom + 4 + 14 * type }),
      ]),
      text(x_label, "middle", { x: (left + right) / 2, y: this.height - 8 }),
      text(y_label, "middle", { transform: turned }),
    );
  }

  drawShade() {
    const { shade, shade_text } = this.data;
    if (!shade) return this.shade.replaceChildren();
    const [from, to] = shade.map((x) => this.x(Math.min(Math.max(x, this.xRange[0]), this.xRange[1])));
    // The words stay inside the chart even where the band is narrower than they are.
    const words = Math.min(from + 6, this.right - 6.4 * shade_text.length);
    this.shade.replaceChildren(
      svg("rect", { x: from, y: TOP, width: Math.max(to - from, 1), height: this.bottom - TOP }),
      svg("text", { x: Math.max(words, this.left + 4), y: TOP + 14, text: shade_text }),
    );
  }

  drawLine(line) {
    // Steps, filled down to the axis: a histogram. Each point is where a step begins, and how high it is.
    const isArea = line.style === "area";
    const d = isArea ? areaPath(line.points, this, this.yRange[0], this.bottom) : linePath(line.points, this);
    const shown = line.points.filter((point) => !isArea && isVisible(point, this.data));
    // Shapes on every point of a long line would hide the line; its last one tells which line it is.
    const shaped = line.style === "points" || shown.length <= 16 ? shown : shown.slice(-1);
    const shapes = shaped.map((point) => this.shape(line, point));
    return svg("g", { style: series(line) }, ...strokes(line, d, "Z"), ...shapes);
  }

  shape(line, [x, y]) {
    const place = `translate(${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)})`;
    return svg("path", { class: "shape", d: shapeOf(line), transform: place });
  }

  // Puts the vertical marker where the slider is (undefined: no marker) and writes the values there into the legend.
  mark(index) {
    this.index = index;
    if (!this.x) return;
    const [x, y] = [this.data.marker_x[index], this.data.marker_y[index]];
    if (x === undefined) return this.marker.replaceChildren();
    const at = this.x(x);
    const parts = [svg("path", { class: "here", d: `M${at} ${TOP}V${this.bottom}` })];
    this.data.lines.forEach((line, number) => {
      const value = number === 0 && y !== undefined ? y : valueAt(line, x, this.data);
      setText(this.values[number], line.style === "area" ? "" : formatNumber(value));
      if (Number.isFinite(value))
        parts.push(svg("g", { class: "big", style: series(line) }, this.shape(line, [x, value])));
    });
    this.marker.replaceChildren(...parts);
  }

  // Says where along the axis a drawing is (undefined: there is none).
  markDrawing(x) {
    this.drawn = x;
    if (!this.x || x === undefined) return this.drawing.replaceChildren();
    const at = this.x(Math.min(Math.max(x, this.xRange[0]), this.xRange[1]));
    const words = svg("text", {
      x: at,
      y: TOP + 14,
      "text-anchor": at > this.right - 40 ? "end" : "middle",
      text: "yours",
    });
    const path = svg("path", { class: "drawn", d: `M${at} ${this.bottom}V${TOP + 20}m-5 0h10l-5 7Z` });
    this.drawing.replaceChildren(path, words);
  }

  hover(event) {
    if (!this.x) return;
    const { left, top } = this.picture.getBoundingClientRect();
    const nearest = nearestPoint(this.data, this, event.clientX - left, event.clientY - top);
    if (nearest?.away <= 80) this.showTip(nearest);
    else this.unhover();
  }

  showTip({ line, point }) {
    const [x] = point;
    const isAtX = (each) => each[0] === x && isVisible(each, this.data);
    const same = this.data.lines.filter((other) => other === line || other.points.some(isAtX));
    const rows = same.map((other) => {
      const value = other === line ? point[1] : valueAt(other, x, this.data);
      const parts = [element("span", { text: other.name }), element("b", { text: formatNumber(value) })];
      return element("div", { class: other === line ? "chosen" : "" }, ...parts);
    });
    this.tip.replaceChildren(element("div", { class: "at", text: `${this.data.x_label} ${formatNumber(x)}` }), ...rows);
    this.tip.hidden = false;
    const [cx, cy] = [this.x(x), this.y(point[1])];
    const top = Math.max(0, Math.min(cy - 20, this.bottom - 24 * (rows.length + 1)));
    const beside = cx > this.width / 2 ? `${this.width - cx + 12}px auto auto` : `auto auto ${cx + 12}px`;
    this.tip.style.inset = `${top}px ${beside}`; // on the side with more room
    const ring = svg("circle", { class: "stroke", cx, cy, r: 8 });
    this.ring.replaceChildren(svg("g", { style: series(line) }, ring));
  }

  unhover() {
    this.tip.hidden = true;
    this.ring.replaceChildren();
  }
}

// A small line chart in SVG. It is our own because its marker follows a finger without the server.

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = { top: 12, right: 16, bottom: 46, left: 60 };
let type = 1; // how much larger than usual the page's type is
// Distinct shapes, so that color is never the only difference. Drawn around (0, 0).
const SHAPES = [
  "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z",
  "M-3.6-3.6H3.6V3.6H-3.6Z",
  "M0-4.8L4.6 3.4H-4.6Z",
  "M0-5L5 0L0 5L-5 0Z",
  "M0 4.8L-4.6-3.4H4.6Z",
  "M-4.5-1.5H-1.5V-4.5H1.5V-1.5H4.5V1.5H1.5V4.5H-1.5V1.5H-4.5Z",
];

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// 0.0213, 1.2, 340, 12k: three digits are as many as anybody compares.
function formatNumber(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6) return `${+(value / 1e6).toPrecision(3)}M`;
  if (size >= 1e4) return `${+(value / 1e3).toPrecision(3)}k`;
  if (size !== 0 && size < 1e-4) return value.toExponential(1);
  return String(+value.toPrecision(3)).replace("-", "−");
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((multiple) => multiple * power >= rough * 0.999);
}

function linearTicks(low, high, count, whole = false) {
  const step = Math.max(niceStep((high - low) / count), whole ? 1 : 0);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => +((first + i) * step).toPrecision(12));
}

// Powers of ten; with few of them in sight also their 2 and 5 fold.
function logTicks(low, high) {
  const multiples = Math.log10(high / low) < 2.5 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1e-9; power++)
    for (const multiple of multiples) ticks.push(+(multiple * 10 ** power).toPrecision(12));
  return ticks.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
}

// [low, high] of the values, never empty and never of zero width.
function extent(values, scale) {
  const usable = values.filter((value) => Number.isFinite(value) && (scale !== "log" || value > 0));
  if (!usable.length) return scale === "log" ? [1, 10] : [0, 1];
  const low = usable.reduce((a, b) => Math.min(a, b));
  const high = usable.reduce((a, b) => Math.max(a, b));
  if (low < high) return [low, high];
  return scale === "log" ? [low / 2, low * 2] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
}

// The y axis ends on ticks, and starts at zero when zero is near: a short bar must not look like none.
function yExtent(values, scale) {
  const [low, high] = extent(values, scale);
  if (scale === "log") {
    const snap = (value, up) => {
      const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
      const steps = [1, 2, 5, 10].map((multiple) => multiple * power);
      return up ? steps.find((step) => step >= value * 0.999) : steps.findLast((step) => step <= value * 1.001);
    };
    return [snap(low, false), snap(high, true)];
  }
  const bottom = low > 0 && low < 0.4 * high ? 0 : low;
  const step = niceStep((high - bottom) / 4);
  return [Math.floor(bottom / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

function makeScale(kind, [low, high], from, to) {
  const unit = kind === "log" ? Math.log : (value) => value;
  const slope = (to - from) / (unit(high) - unit(low));
  return (value) => from + (unit(value) - unit(low)) * slope;
}

class Chart {
  // `marker`: what to call when the marker is taken ("take") and moved to an index of `marker_x` ("move").
  constructor(host, height, marker = null) {
    this.height = height;
    this.taker = marker;
    this.taken = false;
    this.data = null;
    this.markerX = null;
    this.markerY = null;
    this.layers = Object.fromEntries(
      ["shade", "grid", "lines", "marker", "hover"].map((name) => [name, svg("g", { class: name })]),
    );
    this.picture = svg("svg", { role: "img", height }, ...Object.values(this.layers));
    this.title = element("div", { class: "chart-title" });
    this.legend = element("div", { class: "chart-legend" });
    this.tip = element("div", { class: "chart-tip", hidden: "", "aria-hidden": "true" });
    this.stage = element("div", { class: "chart-stage" }, this.picture, this.tip);
    this.root = element("div", { class: "chart" }, this.title, this.legend, this.stage);
    host.append(this.root);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.stage);
    this.stage.addEventListener("pointermove", (event) => (this.taken ? this.pull(event) : this.hover(event)));
    this.stage.addEventListener("pointerdown", (event) => (this.movable() ? this.take(event) : this.hover(event)));
    this.stage.addEventListener("pointerup", () => (this.taken = false));
    // A finger's tip stays after the finger has gone, so that it can be read.
    this.stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.unhover());
    this.stage.addEventListener("pointercancel", () => ((this.taken = false), this.unhover()));
  }

  remove() {
    this.observer.disconnect();
    this.root.remove();
  }

  update(data) {
    this.data = data;
    setText(this.title, data.title);
    this.title.hidden = !data.title;
    this.writeLegend();
    setAttribute(this.picture, "aria-label", this.describe());
    this.unhover();
    this.stage.classList.toggle("movable", this.movable());
    this.draw();
  }

  movable() {
    return Boolean(this.taker) && this.data?.marker_x.length > 1;
  }

  // The marker comes to the finger wherever the finger goes down.
  take(event) {
    this.taken = true;
    this.stage.setPointerCapture(event.pointerId);
    this.unhover();
    this.taker.take();
    this.pull(event);
  }

  pull(event) {
    const left = event.clientX - this.picture.getBoundingClientRect().left;
    let nearest = 0;
    const away = (index) => Math.abs(this.x(this.data.marker_x[index]) - left);
    this.data.marker_x.forEach((_, index) => away(index) < away(nearest) && (nearest = index));
    this.taker.move(nearest);
  }

  describe() {
    const parts = this.data.lines.map(({ name, points }) => {
      const known = points.filter(([, y]) => y !== null);
      if (!known.length) return `${name}: nothing yet`;
      const [first, last] = [known[0], known[known.length - 1]].map((point) => point.map(formatNumber));
      return `${name}: ${first[1]} at ${first[0]}, ${last[1]} at ${last[0]}`;
    });
    return [this.data.title, this.data.description, ...parts].filter(Boolean).join(". ");
  }

  writeLegend() {
    const names = JSON.stringify(this.data.lines.map(({ name, style, color }) => [name, style, color]));
    if (names === this.legendOf) return;
    this.legendOf = names;
    this.values = this.data.lines.map(() => element("span", { class: "value" }));
    this.legend.replaceChildren(
      ...this.data.lines.map((line, index) => {
        const swatch = svg("svg", {
          width: 30,
          height: 12,
          viewBox: "-15 -6 30 12",
          class: `series c${line.color % 6}`,
        });
        if (line.style === "area")
          swatch.append(
            svg("path", { class: "fill", d: "M-12-5H12V5H-12Z" }),
            svg("path", { class: `stroke ${line.color % 2 ? "dashed" : ""}`, d: "M-12-5H12" }),
          );
        else if (line.style !== "points") swatch.append(svg("path", { class: `stroke ${line.style}`, d: "M-14 0H14" }));
        if (line.style !== "area") swatch.append(svg("path", { class: "shape", d: SHAPES[line.color % 6] }));
        return element("span", { class: "item" }, swatch, element("span", { text: line.name }), this.values[index]);
      }),
    );
  }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!this.data || !width) return;
    this.width = width;
    type = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    Object.assign(MARGIN, { bottom: 46 * type, left: 60 * type });
    setAttribute(this.picture, "viewBox", `0 0 ${width} ${this.height}`);
    setAttribute(this.picture, "width", width);
    const { lines, x_scale, y_scale, x_range, shade, marker_x } = this.data;
    const points = lines.flatMap((line) => line.points);
    const xs = [...points.map(([x]) => x), ...marker_x, ...(x_range ?? []), ...(shade ?? [])];
    this.whole = xs.every(Number.isInteger); // epochs and sizes: half a one is no tick
    this.xRange = extent(xs, x_scale);
    this.yRange = yExtent(
      points.map(([, y]) => y ?? NaN),
      y_scale,
    );
    this.x = makeScale(x_scale, this.xRange, MARGIN.left, width - MARGIN.right);
    this.y = makeScale(y_scale, this.yRange, this.height - MARGIN.bottom, MARGIN.top);
    this.drawAxes();
    this.drawShade();
    this.layers.lines.replaceChildren(...lines.map((line) => this.drawLine(line)));
    this.mark(this.markerX, this.markerY);
  }

  drawAxes() {
    const { x_scale, y_scale, x_ticks, x_label, y_label } = this.data;
    const right = this.width - MARGIN.right;
    const bottom = this.height - MARGIN.bottom;
    const yTicks = y_scale === "log" ? logTicks(...this.yRange) : linearTicks(...this.yRange, 4);
    const [low, high] = this.xRange;
    const wanted = x_ticks.length
      ? x_ticks.filter((tick) => tick >= low && tick <= high)
      : x_scale === "log"
        ? logTicks(low, high)
        : linearTicks(low, high, Math.min(10, this.width / 80), this.whole);
    const parts = yTicks.flatMap((tick) => [
      svg("path", { class: "rule", d: `M${MARGIN.left} ${this.y(tick)}H${right}` }),
      svg("text", { x: MARGIN.left - 8, y: this.y(tick) + 4, "text-anchor": "end", text: formatNumber(tick) }),
    ]);
    parts.push(svg("path", { class: "axis", d: `M${MARGIN.left} ${bottom}H${right}` }));
    for (const tick of this.roomy(wanted)) {
      parts.push(svg("path", { class: "axis", d: `M${this.x(tick)} ${bottom}v5` }));
      parts.push(
        svg("text", { x: this.x(tick), y: bottom + 4 + 14 * type, "text-anchor": "middle", text: formatNumber(tick) }),
      );
    }
    const middle = (MARGIN.left + right) / 2;
    parts.push(svg("text", { class: "name", x: middle, y: this.height - 8, "text-anchor": "middle", text: x_label }));
    const turned = `translate(${14 * type} ${(MARGIN.top + bottom) / 2}) rotate(-90)`;
    parts.push(svg("text", { class: "name", transform: turned, "text-anchor": "middle", text: y_label }));
    this.layers.grid.replaceChildren(...parts);
  }

  // Ticks whose labels do not touch, the last one being the one to keep.
  roomy(ticks) {
    let left = Infinity;
    return [...ticks].reverse().filter((tick) => {
      const half = 4 + 3.6 * type * formatNumber(tick).length;
      if (this.x(tick) + half > left) return false;
      left = this.x(tick) - half;
      return true;
    });
  }

  drawShade() {
    const { shade, shade_text } = this.data;
    if (!shade) return this.layers.shade.replaceChildren();
    const [from, to] = shade.map((x) => this.x(Math.min(Math.max(x, this.xRange[0]), this.xRange[1])));
    const high = this.height - MARGIN.bottom - MARGIN.top;
    // The words stay inside the chart even where the band is narrower than they are.
    const words = Math.min(from + 6, this.width - MARGIN.right - 6.4 * shade_text.length);
    this.layers.shade.replaceChildren(
      svg("rect", { x: from, y: MARGIN.top, width: Math.max(to - from, 1), height: high }),
      svg("text", { x: Math.max(words, MARGIN.left + 4), y: MARGIN.top + 14, text: shade_text }),
    );
  }

  visible([x, y]) {
    const { x_scale, y_scale } = this.data;
    return Number.isFinite(y) && Number.isFinite(x) && (y_scale !== "log" || y > 0) && (x_scale !== "log" || x > 0);
  }

  drawLine(line) {
    const group = svg("g", { class: `series c${line.color % 6}` });
    if (line.style === "area") return (group.append(...this.area(line)), group);
    if (line.style !== "points") {
      let pen = "M"; // a value that does not exist leaves a gap in the line
      const path = line.points.map((point) => {
        if (!this.visible(point)) return ((pen = "M"), "");
        const step = `${pen}${this.x(point[0]).toFixed(1)} ${this.y(point[1]).toFixed(1)}`;
        pen = "L";
        return step;
      });
      group.append(svg("path", { class: `stroke ${line.style}`, d: path.join("") }));
    }
    const shown = line.points.filter((point) => this.visible(point));
    // Shapes on every point of a long line would hide the line; its last one tells which line it is.
    const shaped = line.style === "points" || shown.length <= 16 ? shown : shown.slice(-1);
    for (const point of shaped) group.append(this.shape(line, point));
    return group;
  }

  // Steps, filled down to the axis: a histogram. Each point is where a step begins, and how high it is.
  area(line) {
    const bottom = (this.height - MARGIN.bottom).toFixed(1);
    const steps = line.points.map(([x, y], index) => {
      const height = this.y(Math.max(y ?? 0, this.yRange[0])).toFixed(1);
      return `${index ? `H${this.x(x).toFixed(1)}V${height}` : `M${this.x(x).toFixed(1)} ${bottom}V${height}`}`;
    });
    const d = `${steps.join("")}V${bottom}`;
    return [
      svg("path", { class: "fill", d: `${d}Z` }),
      svg("path", { class: `stroke ${line.color % 2 ? "dashed" : ""}`, d }),
    ];
  }

  shape(line, [x, y]) {
    const place = `translate(${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)})`;
    return svg("path", { class: "shape", d: SHAPES[line.color % 6], transform: place });
  }

  // The value of a line at x: that of its point, or on the straight stroke between two points.
  valueAt(line, x) {
    if (line.style === "area") return NaN;
    const known = line.points.filter((point) => this.visible(point));
    const after = known.findIndex((point) => point[0] >= x);
    if (after < 0) return NaN;
    const [x1, y1] = known[after];
    if (x1 === x) return y1;
    if (after === 0 || line.style === "points") return NaN;
    const [x0, y0] = known[after - 1];
    const [a, b] = this.data.x_scale === "log" ? [Math.log(x / x0), Math.log(x1 / x0)] : [x - x0, x1 - x0];
    return this.data.y_scale === "log" ? y0 * (y1 / y0) ** (a / b) : y0 + ((y1 - y0) * a) / b;
  }

  // Puts the vertical marker at x (null: no marker) and writes the values there into the legend.
  mark(x, y = null) {
    this.markerX = x;
    this.markerY = y;
    if (!this.data || !this.x) return;
    if (x === null || x === undefined) return this.layers.marker.replaceChildren();
    const at = this.x(x);
    const parts = [svg("path", { class: "here", d: `M${at} ${MARGIN.top}V${this.height - MARGIN.bottom}` })];
    this.data.lines.forEach((line, index) => {
      const value = index === 0 && y !== null ? y : this.valueAt(line, x);
      setText(this.values[index], line.style === "area" ? "" : formatNumber(value));
      if (Number.isFinite(value))
        parts.push(svg("g", { class: `series c${line.color % 6} big` }, this.shape(line, [x, value])));
    });
    this.layers.marker.replaceChildren(...parts);
  }

  hover(event) {
    if (!this.data || !this.x) return;
    const box = this.picture.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    let nearest = null;
    for (const line of this.data.lines)
      for (const point of line.points) {
        if (!this.visible(point)) continue;
        const away = Math.hypot(this.x(point[0]) - left, (this.y(point[1]) - top) / 3);
        if (!nearest || away < nearest.away) nearest = { away, line, point };
      }
    if (!nearest || nearest.away > 80) return this.unhover();
    this.showTip(nearest);
  }

  showTip({ line, point }) {
    const [x] = point;
    const same = this.data.lines.filter(
      (other) => other === line || other.points.some((p) => p[0] === x && this.visible(p)),
    );
    const rows = same.map((other) => {
      const value = other === line ? point[1] : this.valueAt(other, x);
      return element(
        "div",
        { class: other === line ? "chosen" : "" },
        element("span", { text: other.name }),
        element("b", { text: formatNumber(value) }),
      );
    });
    this.tip.replaceChildren(element("div", { class: "at", text: `${this.data.x_label} ${formatNumber(x)}` }), ...rows);
    this.tip.hidden = false;
    const past = this.x(x) > this.width / 2; // on the side with more room
    this.tip.style.left = past ? "auto" : `${this.x(x) + 12}px`;
    this.tip.style.right = past ? `${this.width - this.x(x) + 12}px` : "auto";
    this.tip.style.top = `${Math.max(0, Math.min(this.y(point[1]) - 20, this.height - MARGIN.bottom - 24 * (rows.length + 1)))}px`;
    const ring = svg("circle", { class: "ring", cx: this.x(x), cy: this.y(point[1]), r: 8 });
    this.layers.hover.replaceChildren(svg("g", { class: `series c${line.color % 6}` }, ring));
  }

  unhover() {
    this.tip.hidden = true;
    this.layers.hover.replaceChildren();
  }
}

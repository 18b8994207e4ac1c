import { formatNumber } from "../chart/axis.js";
import { element, setAttribute, setText, svg } from "../dom.js";

// The numbers of one picture's code as bars: once in gray, once lit behind a mask that the slider
// opens, so that a move of the slider changes one attribute and not 64 bars.

// In a box 100 high and as wide as there are numbers; zero is in the middle.
export function barsPath(code, most) {
  return code
    .map((value, i) => `M${(i + 0.14).toFixed(2)} 50h0.72v${((-50 * value) / most).toFixed(2)}h-0.72Z`)
    .join("");
}

export class Code {
  constructor(root) {
    this.root = root;
  }

  // codes: [column][number]; chosen: the column to draw.
  update(codes, names, chosen) {
    this.root.hidden = !codes;
    this.code = codes?.[chosen];
    if (!codes) return;
    const most = Math.max(1e-9, ...this.code.map(Math.abs)); // the scale stands beside the bars
    this.title = `Code of picture ${chosen + 1}${names[chosen] ? ` (${names[chosen]})` : ""}`;
    this.reading = element("span", { class: "muted" });
    this.root.replaceChildren(
      element("div", { class: "title" }, element("span", { text: this.title }), this.reading),
      element("div", { class: "bars" }, this.makeSides(most), this.makeBars(most)),
      element(
        "div",
        { class: "ends", "aria-hidden": "true" },
        element("span", { text: "number 1" }),
        element("span", { text: `number ${this.code.length}` }),
      ),
    );
  }

  makeSides(most) {
    const words = [`+${formatNumber(most)}`, "0", `−${formatNumber(most)}`];
    return element("div", { class: "sides", "aria-hidden": "true" }, ...words.map((text) => element("span", { text })));
  }

  makeBars(most) {
    const path = barsPath(this.code, most);
    this.mask = svg("rect", { x: 0, y: 0, width: 0, height: 100 });
    this.bars = svg(
      "svg",
      { viewBox: `0 0 ${this.code.length} 100`, preserveAspectRatio: "none", role: "img" },
      svg("clipPath", { id: "lit" }, this.mask),
      svg("path", { class: "off", d: path }),
      svg("path", { class: "on", d: path, "clip-path": "url(#lit)" }),
      svg("path", { class: "zero", d: `M0 50H${this.code.length}`, "vector-effect": "non-scaling-stroke" }),
    );
    return this.bars;
  }

  // The first `active` numbers are in use.
  light(active) {
    if (!this.code) return;
    const words = `${active} of ${this.code.length} numbers kept`;
    setAttribute(this.mask, "width", active);
    setText(this.reading, words);
    setAttribute(this.bars, "aria-label", `${this.title}: ${words}`);
  }
}

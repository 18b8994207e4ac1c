import { formatNumber } from "../chart/axis.js";
import { fromHtml, setAttribute, setText } from "../dom.js";

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
    const count = this.code.length;
    const most = Math.max(1e-9, ...this.code.map(Math.abs)); // the scale stands beside the bars
    const path = barsPath(this.code, most);
    const made = fromHtml(`
      <div>
        <div class="title"><span data-name="title"></span><span class="muted" data-name="reading"></span></div>
        <div class="bars">
          <div class="sides" aria-hidden="true">
            <span>+${formatNumber(most)}</span><span>0</span><span>−${formatNumber(most)}</span>
          </div>
          <svg viewBox="0 0 ${count} 100" preserveAspectRatio="none" role="img" data-name="bars">
            <clipPath id="lit"><rect width="0" height="100" data-name="mask"/></clipPath>
            <path class="off" d="${path}"/>
            <path class="on" d="${path}" clip-path="url(#lit)"/>
            <path class="zero" d="M0 50H${count}" vector-effect="non-scaling-stroke"/>
          </svg>
        </div>
        <div class="ends" aria-hidden="true"><span>number 1</span><span>number ${count}</span></div>
      </div>`);
    Object.assign(this, { bars: made.bars, mask: made.mask, reading: made.reading });
    this.title = `Code of picture ${chosen + 1}${names[chosen] ? ` (${names[chosen]})` : ""}`;
    made.title.textContent = this.title; // with a name of somebody's own
    this.root.replaceChildren(made.root);
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

import { formatNumber } from "../chart/axis.js";
import { Chart } from "../chart/chart.js";
import { element, fromHtml, Living, mounted, setAttribute, setText } from "../dom.js";
import { showBox } from "../post.js";

// What goes with a player's slider in the same frame, elsewhere on the page: charts, a table, the code as bars.

export default mounted(({ parentElement }) => new Details(parentElement, HTML));

const HTML = `
  <div class="frames">
    <div class="plot" data-name="plot"></div>
    <table class="counts" data-name="table"></table>
    <div class="code" data-name="code"></div>
  </div>`;

class Details extends Living {
  charts = [];
  cells = [];

  receive({ data }) {
    this.data = data;
    this.drawn = null;
    this.writeTable();
    this.updateCharts();
    this.code.hidden = !data.codes;
    this.readBox(showBox(data.follows));
  }

  remove() {
    super.remove();
    for (const chart of this.charts) chart.remove();
  }

  read(letters) {
    if (!letters.has("shown")) return;
    const { index, chosen, drawing } = letters.get("shown");
    const { codes, table } = this.data;
    if (codes) {
      const code = codes[chosen] ?? drawing?.code ?? codes[0];
      if (code !== this.drawn) this.drawCode(code, codes.indexOf(code));
      const active = this.data.active[index];
      setAttribute(this.mask, "width", active);
      setText(this.reading, `${active} of ${code.length} numbers kept`);
      setAttribute(this.bars, "aria-label", `${this.title.textContent}: ${this.reading.textContent}`);
    }
    for (const [number, chart] of this.charts.entries()) {
      chart.mark(index);
      chart.markDrawing(drawing?.marks?.[number]);
    }
    for (const [number, cell] of this.cells.entries()) setText(cell, table?.cells[index]?.[number] ?? "");
    this.root.dataset.index = index;
  }

  // A small table whose numbers follow the slider.
  writeTable() {
    const { table } = this.data;
    this.table.hidden = !table;
    if (!table) return;
    const columns = table.columns.map((text) => element("th", { scope: "col", text }));
    const head = element("tr", {}, element("td"), ...columns);
    const cells = () => table.columns.map(() => element("td"));
    const rows = table.rows.map((text) => element("tr", {}, element("th", { scope: "row", text }), ...cells()));
    this.cells = rows.flatMap((row) => [...row.querySelectorAll("td")]);
    this.table.replaceChildren(element("caption", { text: table.title }), element("tbody", {}, head, ...rows));
  }

  updateCharts() {
    const { charts } = this.data;
    this.plot.hidden = !charts.length;
    while (this.charts.length > charts.length) this.charts.pop().remove();
    charts.forEach((data, number) => {
      this.charts[number] ??= new Chart(this.plot, 260, this.data.follows);
      this.charts[number].update(data);
    });
  }

  // The numbers of one picture's code as bars: once in gray, once lit behind a mask that the slider opens, so that a
  // move of the slider changes one attribute and not 64 bars.
  drawCode(code, chosen) {
    this.drawn = code;
    const name = this.data.names[chosen];
    const most = Math.max(1e-9, ...code.map(Math.abs)); // the scale stands beside the bars
    const height = (value) => ((-50 * value) / most).toFixed(2); // in a box 100 high
    const path = code.map((value, i) => `M${(i + 0.14).toFixed(2)} 50h0.72v${height(value)}h-0.72Z`).join("");
    const { root, title, reading, bars, mask } = fromHtml(`
      <div>
        <div class="title"><span data-name="title"></span><span class="muted" data-name="reading"></span></div>
        <div class="bars">
          <div class="sides" aria-hidden="true">
            <span>+${formatNumber(most)}</span><span>0</span><span>−${formatNumber(most)}</span>
          </div>
          <svg viewBox="0 0 ${code.length} 100" preserveAspectRatio="none" role="img" data-name="bars">
            <clipPath id="lit"><rect width="0" height="100" data-name="mask"/></clipPath>
            <path class="off" d="${path}"/>
            <path class="on" d="${path}" clip-path="url(#lit)"/>
            <path class="zero" d="M0 50H${code.length}" vector-effect="non-scaling-stroke"/>
          </svg>
        </div>
        <div class="ends" aria-hidden="true"><span>number 1</span><span>number ${code.length}</span></div>
      </div>`);
    Object.assign(this, { title, reading, bars, mask });
    setText(title, chosen < 0 ? "Code of your drawing" : `Code of picture ${chosen + 1}${name ? ` (${name})` : ""}`);
    this.code.replaceChildren(root);
  }
}

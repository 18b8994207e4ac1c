import { Chart } from "../chart/chart.js";
import { element, isDark, mounted, setText } from "../dom.js";
import { closeBox, openBox, playerOf, showBox } from "../post.js";
import { Code } from "./code.js";

// What goes with a player's slider in the same frame, elsewhere on the page: charts, a table, the code as bars.

export default mounted(({ parentElement }) => new Details(parentElement));

class Details {
  constructor(host) {
    this.code = new Code(element("div", { class: "code" }));
    this.table = element("table", { class: "counts" });
    this.plot = element("div", { class: "plot" });
    this.charts = [];
    this.root = element("div", { class: "frames" }, this.plot, this.table, this.code.root);
    host.append(this.root);
  }

  receive({ data }) {
    this.root.classList.toggle("dark", isDark(this.root));
    if (this.data) closeBox(showBox(this.data.follows), this);
    this.data = data;
    this.chosen = null;
    this.writeTable();
    this.updateCharts();
    openBox(showBox(data.follows), this);
  }

  remove() {
    closeBox(showBox(this.data.follows), this);
    for (const chart of this.charts) chart.remove();
    this.root.remove();
  }

  read(letters) {
    if (!letters.has("shown")) return;
    const { index, chosen } = letters.get("shown");
    const { active, charts, codes, names, table } = this.data;
    if (chosen !== this.chosen) this.code.update(codes, names, chosen);
    this.chosen = chosen;
    this.code.light(active[index]);
    this.charts.forEach((chart, number) => {
      const { marker_x, marker_y } = charts[number];
      chart.mark(marker_x[index] ?? null, marker_y[index] ?? null);
    });
    for (const [number, cell] of this.cells.entries()) setText(cell, table.cells[index]?.[number] ?? "");
    this.root.dataset.index = index;
  }

  // A small table whose numbers follow the slider.
  writeTable() {
    const { table } = this.data;
    this.table.hidden = !table;
    this.cells = [];
    if (!table) return;
    const columns = table.columns.map((text) => element("th", { scope: "col", text }));
    const head = element("tr", {}, element("td"), ...columns);
    const rows = table.rows.map((name) => {
      const cells = table.columns.map(() => element("td"));
      this.cells.push(...cells);
      return element("tr", {}, element("th", { scope: "row", text: name }), ...cells);
    });
    this.table.replaceChildren(element("caption", { text: table.title }), element("tbody", {}, head, ...rows));
  }

  updateCharts() {
    const { charts } = this.data;
    this.plot.hidden = !charts.length;
    while (this.charts.length > charts.length) this.charts.pop().remove();
    // A chart's marker can be taken and moved, as the slider's handle can.
    const marker = {
      take: () => playerOf(this.data.follows)?.take(),
      move: (index) => playerOf(this.data.follows)?.go(index),
    };
    charts.forEach((data, number) => {
      this.charts[number] ??= new Chart(this.plot, 260, marker);
      this.charts[number].update(data);
    });
  }
}

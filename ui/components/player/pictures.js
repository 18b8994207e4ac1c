import { element, setAttribute, setText } from "../dom.js";
import { closeAll } from "../packed.js";
import { planBands } from "./layout.js";

// The grid of pictures: rows that stand above each other, in one band or, on a phone, in several.
// Tiles are copied from sprite sheets onto one canvas for every row of a band.

export class Pictures {
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    this.bitmaps = [];
    this.canvases = [];
    this.noteCells = [];
    this.buttons = [];
    this.marks = [];
    this.chosen = 0;
  }

  update(data, bitmaps) {
    this.close();
    this.data = data;
    this.bitmaps = bitmaps;
    this.isStale = true;
  }

  close() {
    closeAll(this.bitmaps);
    this.bitmaps = [];
  }

  choose(column) {
    this.chosen = column;
    this.outline();
  }

  show(index) {
    if (this.isStale) return; // the grid is still that of other data, because it could not be laid out
    const { notes } = this.data;
    this.drawRows(index);
    const alarms = this.data.alarms[index];
    this.noteCells.forEach((cell, column) => {
      if (notes.length) setText(cell, notes[index][column] ?? "");
      if (alarms) cell.classList.toggle("alarm", alarms[column]);
    });
  }

  drawRows(index) {
    const { rows, tile, positions } = this.data;
    for (const canvas of this.canvases) {
      const row = rows[canvas.row];
      const bitmap = this.bitmaps[canvas.row];
      const frame = row.frames === 1 ? 0 : index;
      if (!bitmap || canvas.drawn === frame) continue;
      canvas.drawn = frame;
      setAttribute(
        canvas.holder,
        "aria-label",
        row.description.replaceAll("{position}", positions[index]) + canvas.which,
      );
      const pen = canvas.node.getContext("2d");
      pen.clearRect(0, 0, canvas.node.width, canvas.node.height);
      pen.imageSmoothingEnabled = row.smooth || this.size.shrunk;
      pen.imageSmoothingQuality = "high";
      for (let place = 0; place < canvas.count; place++)
        pen.drawImage(
          bitmap,
          (canvas.first + place) * tile[0],
          frame * tile[1],
          tile[0],
          tile[1],
          place * (this.size.width + this.size.gap),
          0,
          this.size.width,
          this.size.height,
        );
    }
  }

  // Measured, not guessed: labels are words of any language.
  labelWidth() {
    const probe = element("span", { class: "row-label probe" });
    this.root.append(probe);
    const words = [...this.data.rows.map((row) => row.label), this.data.notes.length ? this.data.notes_label : ""];
    const width = (word) => {
      probe.textContent = word;
      return probe.getBoundingClientRect().width;
    };
    const widest = Math.max(...words.map(width));
    probe.remove();
    return Math.min(widest, 160);
  }

  // Makes the bands anew when their shape has changed. Hidden (in a tab, say) it waits.
  layOut() {
    if (!this.data || !this.root.clientWidth) return;
    const plan = planBands(this.root.clientWidth, this.labelWidth(), window.devicePixelRatio, this.data);
    const { rows, columns, names, notes } = this.data;
    const labels = rows.map((row) => row.label);
    const shape = JSON.stringify([plan, columns, labels, names, notes.length > 0, this.choosable()]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.size = plan.size;
      this.makeBands(plan);
    } else if (this.isStale) for (const canvas of this.canvases) canvas.drawn = null;
    this.isStale = false;
  }

  choosable() {
    return Boolean(this.data.codes || this.data.tells_choice);
  }

  makeBands(plan) {
    this.canvases = [];
    this.noteCells = [];
    this.buttons = [];
    this.marks = [];
    const bands = [];
    for (let first = 0; first < this.data.columns; first += plan.count)
      bands.push(this.makeBand(plan, first, Math.min(plan.count, this.data.columns - first)));
    this.root.replaceChildren(...bands);
    this.outline();
  }

  makeBand({ labelsLeft, beside, size, ratio }, first, used) {
    const { rows, names, notes, notes_label } = this.data;
    const band = element("div", { class: labelsLeft ? "band left" : "band" });
    const start = labelsLeft ? 2 : 1;
    band.style.gridTemplateColumns = `${labelsLeft ? `${beside - 16}px ` : ""}repeat(${used}, ${size.width / ratio}px)`;
    band.style.columnGap = `${size.gap / ratio}px`;
    if (labelsLeft) band.style.setProperty("--beside", `${16 - size.gap / ratio}px`);
    let line = 1;
    const put = (node, column, span = 1) => {
      node.style.gridRow = line;
      node.style.gridColumn = `${column} / span ${span}`;
      band.append(node);
    };
    const cells = (make) => Array.from({ length: used }, (_, i) => put(make(first + i), start + i));
    if (names.length) {
      cells((column) => element("div", { class: "name", text: names[column] ?? "", title: names[column] }));
      line += 1;
    }
    rows.forEach((row, index) => {
      put(element("div", { class: "row-label", "aria-hidden": "true", text: row.label }), 1, labelsLeft ? 1 : used);
      if (!labelsLeft) line += 1;
      put(this.makeCanvas(index, first, used, size, ratio), start, used);
      if (!labelsLeft && this.choosable()) put(this.makeMark(first, used), start);
      line += 1;
    });
    if (notes.length) {
      put(element("div", { class: "row-label note-label", text: notes_label }), 1, labelsLeft ? 1 : used);
      if (!labelsLeft) line += 1;
      cells((column) => (this.noteCells[column] = element("div", { class: "note" })));
      line += 1;
    }
    if (this.choosable()) this.addButtons(band, first, used, start, line);
    return band;
  }

  makeCanvas(row, first, count, size, ratio) {
    const width = count * size.width + (count - 1) * size.gap;
    const node = element("canvas", { width, height: size.height });
    node.style.width = `${width / ratio}px`;
    node.style.height = `${size.height / ratio}px`;
    const whole = count === this.data.columns;
    const which = whole ? "" : `, pictures ${first + 1} to ${first + count}`;
    const holder = element("div", { class: "pictures", role: "img" }, node);
    this.canvases.push({ node, holder, row, first, count, which, drawn: null });
    return holder;
  }

  // Where labels stand between the rows, a frame around the whole column would cross them:
  // there every picture of the chosen column has a frame of its own.
  makeMark(first, used) {
    const node = element("div", { class: "mark" });
    this.marks.push({ node, first, used });
    return node;
  }

  addButtons(band, first, used, start, lines) {
    for (let i = 0; i < used; i++) {
      const column = first + i;
      const name = this.data.names[column];
      const button = element("button", {
        class: "column",
        type: "button",
        title: name,
        "aria-label": `Choose picture ${column + 1}${name ? `: ${name}` : ""}`,
      });
      button.style.gridColumn = start + i;
      button.style.gridRow = `1 / ${lines}`;
      button.addEventListener("click", () => this.onChoose(column));
      this.buttons[column] = button;
      band.append(button);
    }
  }

  outline() {
    for (const [column, button] of this.buttons.entries()) setAttribute(button, "aria-pressed", column === this.chosen);
    for (const { node, first, used } of this.marks) {
      const place = this.chosen - first;
      node.hidden = place < 0 || place >= used;
      node.style.gridColumn = place + 1;
    }
  }
}

import { element, roomBelow, setAttribute, setText } from "../dom.js";
import { closeAll } from "../packed.js";

// The grid of pictures: rows that stand above each other, in one band or, on a phone, in several.
// Tiles are copied from sprite sheets onto one canvas for every row of a band.

const NARROW = 560; // css px; below it pictures wrap into bands of BAND columns
const BAND = 5;
const LARGEST_TILE = 240; // css px
const SMALLEST_TILE = 40;
const SMALLEST_LARGE_TILE = 120;
const ROW_GAP = 8;

export class Pictures {
  constructor(root, onChoose) {
    Object.assign(this, { root, onChoose });
    this.bitmaps = this.canvases = this.noteCells = this.choices = this.marks = [];
    this.chosen = 0;
  }

  update(data, bitmaps) {
    this.close();
    Object.assign(this, { data, bitmaps, isStale: true });
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
    this.drawRows(index);
    const { notes, alarms } = this.data;
    this.noteCells.forEach((cell, column) => {
      if (notes.length) setText(cell, notes[index][column] ?? "");
      if (alarms[index]) cell.classList.toggle("alarm", alarms[index][column]);
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
      const description = row.description.replaceAll("{position}", positions[index]);
      setAttribute(canvas.holder, "aria-label", description + canvas.which);
      const pen = canvas.node.getContext("2d");
      pen.clearRect(0, 0, canvas.node.width, canvas.node.height);
      const { width, height, gap, factor } = this.size;
      const strip = [canvas.first * tile[0], frame * tile[1], canvas.count * tile[0], tile[1]];
      const scale = Math.ceil(factor);
      const grows = factor > 1 && factor < scale; // first by whole pixels, then it shrinks a little
      pen.imageSmoothingEnabled = factor !== scale;
      pen.imageSmoothingQuality = "high";
      const [source, left, top, by] = grows
        ? [this.enlarged(bitmap, strip, scale), 0, 0, scale]
        : [bitmap, strip[0], strip[1], 1];
      for (let place = 0; place < canvas.count; place++) {
        const from = [left + place * tile[0] * by, top, tile[0] * by, tile[1] * by];
        pen.drawImage(source, ...from, place * (width + gap), 0, width, height);
      }
    }
  }

  // A strip of a sprite sheet in sharp pixels, `scale` times as large.
  enlarged(bitmap, [left, top, width, height], scale) {
    this.scratch ??= document.createElement("canvas");
    Object.assign(this.scratch, { width: width * scale, height: height * scale });
    const pen = this.scratch.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(bitmap, left, top, width, height, 0, 0, width * scale, height * scale);
    return this.scratch;
  }

  // The height that the rows may take, so that the slider, all of them and what stands below them fit on the screen.
  height() {
    const { names, notes } = this.data;
    const legend = this.root.nextElementSibling;
    const under = legend.hidden ? 0 : legend.offsetHeight + parseFloat(getComputedStyle(legend).marginTop);
    const line = 1.75 * parseFloat(getComputedStyle(this.root).fontSize);
    const desk = this.root.previousElementSibling; // with the slider, which stays in sight
    const noted = notes.length ? 0.5 + 0.5 * (notes[0][0] ?? "").split("\n").length : 0;
    return roomBelow(this.root, desk.offsetHeight + 64) - ((names.length > 0) + noted) * line - under - 8;
  }

  // Measured, not guessed: labels are words of any language.
  labelWidth() {
    const words = [...this.data.rows.map((row) => row.label), this.data.notes.length ? this.data.notes_label : ""];
    const probe = element("div", { class: "row-label probe" }, ...words.map((text) => element("div", { text })));
    this.root.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    return Math.min(width, 160);
  }

  // Makes the bands anew when their shape has changed. Hidden (in a tab, say) it waits.
  layOut() {
    if (!this.data || !this.root.clientWidth) return;
    const { clientWidth } = this.root;
    const plan = planBands(clientWidth, this.height(), this.labelWidth(), window.devicePixelRatio, this.data);
    const { rows, columns, names, notes } = this.data;
    const labels = rows.map((row) => row.label);
    const shape = JSON.stringify([plan, columns, labels, names, notes.length > 0, this.data.choosable]);
    if (shape !== this.shape) {
      Object.assign(this, { shape, size: plan.size, canvases: [], noteCells: [], choices: [], marks: [] });
      const bands = [];
      for (let first = 0; first < columns; first += plan.count)
        bands.push(this.makeBand(plan, first, Math.min(plan.count, columns - first)));
      this.root.replaceChildren(...bands);
      this.outline();
    } else if (this.isStale) for (const canvas of this.canvases) canvas.drawn = null;
    this.isStale = false;
  }

  makeBand({ labelsLeft, beside, size, ratio }, first, used) {
    const { rows, names, notes, notes_label } = this.data;
    const band = element("div", { class: labelsLeft ? "band left" : "band" });
    const start = labelsLeft ? 2 : 1;
    band.style.gridTemplateColumns = `${labelsLeft ? `${beside - 16}px ` : ""}repeat(${used}, ${size.width / ratio}px)`;
    band.style.columnGap = `${size.gap / ratio}px`;
    if (labelsLeft) band.style.setProperty("--beside", `${16 - size.gap / ratio}px`);
    let line = 1;
    const put = (node, column, span = 1, lines = line) => {
      node.style.gridRow = lines;
      node.style.gridColumn = `${column} / span ${span}`;
      band.append(node);
    };
    const cells = (make, lines) => Array.from({ length: used }, (_, i) => put(make(first + i), start + i, 1, lines));
    const label = (text, more) => {
      put(element("div", { class: "row-label", text, ...more }), 1, labelsLeft ? 1 : used);
      if (!labelsLeft) line += 1;
    };
    if (names.length) {
      cells((column) => element("div", { class: "name", text: names[column] ?? "", title: names[column] }));
      line += 1;
    }
    rows.forEach((row, index) => {
      label(row.label, { "aria-hidden": "true" });
      put(this.makeCanvas(index, first, used, size, ratio), start, used);
      if (!labelsLeft && this.data.choosable) {
        // Between the rows stand labels, which a frame around the whole column would cross.
        this.marks.push({ node: element("div", { class: "mark" }), first, used });
        put(this.marks.at(-1).node, start);
      }
      line += 1;
    });
    if (notes.length) {
      label(notes_label);
      cells((column) => (this.noteCells[column] = element("div", { class: "note" })));
      line += 1;
    }
    if (this.data.choosable) cells((column) => (this.choices[column] = this.makeChoice(column)), `1 / ${line}`);
    return band;
  }

  makeCanvas(row, first, count, size, ratio) {
    const width = count * size.width + (count - 1) * size.gap;
    const style = `width: ${width / ratio}px; height: ${size.height / ratio}px`;
    const node = element("canvas", { width, height: size.height, style });
    const whole = count === this.data.columns;
    const which = whole ? "" : `, pictures ${first + 1} to ${first + count}`;
    const { label, description } = this.data.rows[row];
    const holder = element("div", { class: "pictures", role: "img", "aria-label": label || description }, node);
    this.canvases.push({ node, holder, row, first, count, which, drawn: null });
    return holder;
  }

  // The browser makes them one stop for Tab, and has the arrow keys go from picture to picture.
  makeChoice(column) {
    const title = this.data.names[column];
    const label = `Picture ${column + 1}${title ? `: ${title}` : ""}`;
    const choice = element("input", { class: "column", type: "radio", name: "column", title, "aria-label": label });
    choice.addEventListener("change", () => this.onChoose(column));
    return choice;
  }

  outline() {
    setAttribute(this.root, "role", this.data.choosable ? "radiogroup" : "group");
    setAttribute(this.root, "aria-label", this.data.choosable ? "Choose a picture" : "Pictures");
    if (this.choices[this.chosen]) this.choices[this.chosen].checked = true;
    for (const { node, first, used } of this.marks) {
      const place = this.chosen - first;
      node.hidden = place < 0 || place >= used;
      node.style.gridColumn = place + 1;
    }
  }
}

// The largest tile that has room. `room`, `height`: css px for `count` pictures in a row, and for one of them.
export function tileFor(room, height, count, ratio, [width, tall], large) {
  const largest = large ? 2 * LARGEST_TILE : LARGEST_TILE;
  const wide = Math.min((room - 4 * (count - 1)) / count, Math.max(largest, width / ratio));
  const each = Math.min(wide, Math.max(SMALLEST_TILE, (height * width) / tall)) * ratio;
  const whole = Math.floor(each / width); // whole pixels look best, where they do not cost much of the size
  const factor = whole >= 1 && whole * width >= 0.9 * each ? whole : each / width;
  return { width: Math.floor(width * factor), height: Math.floor(tall * factor), factor };
}

// Labels stand on the left unless pictures would pay for it with a size. `room`, `height`, `labelWidth`: css px;
// `ratio`: device pixels in one of them; `rows`: of pictures.
export function planBands(room, height, labelWidth, ratio, { columns, tile, large, rows, notes = [] }) {
  const beside = Math.ceil(labelWidth) + 16;
  let count = room < NARROW ? Math.min(BAND, columns) : columns;
  while (count > BAND && room / count < SMALLEST_TILE) count = Math.ceil(count / 2);
  while (large && count > 2 && room / count < SMALLEST_LARGE_TILE) count = Math.ceil(count / 2);
  const labelHeight = 26;
  const tall = (labels) => height / Math.max(1, rows.length) - ROW_GAP - (labels ? labelHeight : 0);
  const above = tileFor(room, tall(true), count, ratio, tile, large);
  const left = tileFor(room - beside, tall(false), count, ratio, tile, large);
  const labelsLeft = room >= NARROW && left.width >= 0.8 * above.width;
  const size = labelsLeft ? left : above;
  const spare = ((labelsLeft ? room - beside : room) * ratio - count * size.width) / Math.max(1, count - 1);
  size.gap = Math.max(1, Math.floor(Math.min(spare, (notes.length ? 40 : 16) * ratio))); // words need more room
  return { count, labelsLeft, beside, size, ratio };
}

import { element, roomBelow, setAttribute, setText } from "../dom.js";
import { YOURS } from "./live_column.js";

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
    this.bitmaps = this.canvases = this.noteCells = this.choices = [];
    this.chosen = 0;
  }

  update(data, bitmaps) {
    Object.assign(this, { data, bitmaps, isStale: true });
  }

  // Has the first column, whose pictures have changed, be drawn anew by the next `show`.
  changeFirst() {
    for (const canvas of this.canvases) if (canvas.first === 0) canvas.drawn = null;
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
      const scale = Math.ceil(factor); // first by whole pixels, then it shrinks a little
      const strip = this.enlarged(bitmap, canvas, frame, scale);
      const [wide, tall] = [tile[0] * scale, tile[1] * scale];
      pen.imageSmoothingEnabled = factor !== scale;
      pen.imageSmoothingQuality = "high";
      for (let place = 0; place < canvas.count; place++)
        pen.drawImage(strip, place * wide, 0, wide, tall, place * (width + gap), 0, width, height);
    }
  }

  // A canvas's strip of a sprite sheet in sharp pixels, `scale` times as large.
  enlarged(bitmap, { first, count }, frame, scale) {
    const [wide, tall] = this.data.tile;
    const [width, height] = [count * wide, tall];
    this.scratch ??= document.createElement("canvas");
    Object.assign(this.scratch, { width: width * scale, height: height * scale });
    const pen = this.scratch.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(bitmap, first * wide, frame * tall, width, height, 0, 0, width * scale, height * scale);
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
    const type = parseFloat(getComputedStyle(this.root).fontSize) / 16; // how much larger than usual it is
    const { clientWidth } = this.root;
    const plan = planBands(clientWidth, this.height(), this.labelWidth(), window.devicePixelRatio, this.data, type);
    const { rows, columns, names, notes, choosable } = this.data;
    const shape = JSON.stringify([plan, columns, rows.map((row) => row.label), names, notes.length > 0, choosable]);
    if (shape !== this.shape) {
      Object.assign(this, { shape, size: plan.size, canvases: [], noteCells: [], choices: [] });
      this.root.replaceChildren();
      for (let first = 0; first < columns; first += plan.count)
        this.root.append(this.makeBand(plan, first, Math.min(plan.count, columns - first)));
      this.choose(this.chosen);
    } else if (this.isStale) for (const canvas of this.canvases) canvas.drawn = null;
    this.isStale = false;
  }

  // What stands in a band, line by line; a line begins with its label, on the left or in a line of its own.
  makeBand({ labelsLeft, beside, size, ratio }, first, used) {
    const { rows, names, notes, notes_label, choosable } = this.data;
    const cells = (make) => Array.from({ length: used }, (_, i) => make(first + i));
    const label = (text, more) => element("div", { class: "row-label", text, ...more });
    const name = (column) =>
      element("div", {
        class: names[column] === YOURS ? "name yours" : "name",
        text: names[column] ?? "",
        title: names[column],
      });
    const note = (column) => (this.noteCells[column] = element("div", { class: "note" }));
    const choice = (column) => (this.choices[column] = this.makeChoice(column));
    const gap = size.gap / ratio;
    const tracks = `${labelsLeft ? `${beside - gap}px ` : ""}repeat(${used}, ${size.width / ratio}px)`;
    return element(
      "div",
      { class: labelsLeft ? "band left" : "band", style: `grid-template-columns: ${tracks}; column-gap: ${gap}px` },
      ...(names.length ? [label(""), ...cells(name)] : []),
      ...rows.flatMap((row, index) => [
        label(row.label, { "aria-hidden": "true" }),
        this.makeCanvas(index, first, used, size, ratio),
      ]),
      ...(notes.length ? [label(notes_label), ...cells(note)] : []),
      ...(choosable ? [element("div", { class: "choices" }, ...cells(choice))] : []),
    );
  }

  makeCanvas(row, first, count, size, ratio) {
    const width = count * size.width + (count - 1) * size.gap;
    const style = `width: ${width / ratio}px; height: ${size.height / ratio}px`;
    const node = element("canvas", { width, height: size.height, style });
    const mark = element("div", { class: "mark" });
    const which = count === this.data.columns ? "" : `, pictures ${first + 1} to ${first + count}`;
    const { label, description } = this.data.rows[row];
    const holder = element("div", { class: "pictures", role: "img", "aria-label": label || description }, node, mark);
    this.canvases.push({ node, mark, holder, row, first, count, which, drawn: null });
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

  choose(column) {
    this.chosen = column;
    const { choosable } = this.data;
    setAttribute(this.root, "role", choosable ? "radiogroup" : "group");
    setAttribute(this.root, "aria-label", choosable ? "Choose a picture" : "Pictures");
    if (this.choices[column]) this.choices[column].checked = true;
    for (const { mark, first, count } of this.canvases) {
      const place = column - first;
      mark.hidden = !choosable || place < 0 || place >= count;
      mark.style.gridColumn = place + 1;
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
// `type`: how much larger than usual letters are.
export function planBands(room, height, labelWidth, ratio, { columns, tile, large, rows, notes = [] }, type = 1) {
  const beside = Math.ceil(labelWidth) + 16;
  let count = room < NARROW ? Math.min(BAND, columns) : columns;
  const [most, smallest] = large ? [2, SMALLEST_LARGE_TILE] : [BAND, SMALLEST_TILE];
  while (count > most && room / count < smallest) count = Math.ceil(count / 2);
  const labelHeight = 26;
  const tall = (labels) => height / Math.max(1, rows.length) - ROW_GAP - (labels ? labelHeight : 0);
  const above = tileFor(room, tall(true), count, ratio, tile, large);
  const left = tileFor(room - beside, tall(false), count, ratio, tile, large);
  const labelsLeft = room >= NARROW && left.width >= 0.8 * above.width;
  const size = labelsLeft ? left : above;
  const spare = ((labelsLeft ? room - beside : room) * ratio - count * size.width) / Math.max(1, count - 1);
  size.gap = Math.max(1, Math.floor(Math.min(spare, (notes.length ? 40 : 16) * type * ratio))); // words need more room
  return { count, labelsLeft, beside, size, ratio };
}

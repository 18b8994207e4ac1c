import { element } from "../dom.js";
import { SHAPES } from "../shapes.js";

// The drawing of a scatter plot: points once on one canvas, what follows the pointer on another above it.

// Ten colors that the color-blind can tell apart where their shapes help; darker on white, lighter on black.
export const LIGHT = "#332288 #0072b2 #11703a #8f6500 #c44e00 #882255 #a8487f #00808a #4b5563 #d03050".split(" ");
export const DARK = "#a79cf5 #56b4e9 #4cc46a #e6ac2f #f08a45 #d97aa6 #e9b4d6 #63dcd0 #b6bdc8 #ff8b98".split(" ");

export const [SHOWN, PALE] = [0.9, 0.08]; // how opaque points are of the class that is looked at, and others
const STAR = "M0-13L3.5-4.5L12.5-4L5.5 1.5L8 10.5L0 5.5L-8 10.5L-5.5 1.5L-12.5-4L-3.5-4.5Z";

export class Plot {
  accent = "#e8364f"; // of the star
  back = element("canvas");
  front = element("canvas", { class: "front" });
  paths = SHAPES.map((shape) => new Path2D(shape));
  only = null; // the class that is looked at alone
  map = false; // whether the decoded places are drawn behind the points

  resize(width, height) {
    this.ratio = window.devicePixelRatio;
    Object.assign(this, { width, height });
    const pixels = { width: Math.round(width * this.ratio), height: Math.round(height * this.ratio) };
    for (const canvas of [this.back, this.front]) Object.assign(canvas, pixels);
  }

  // Where a point is, in px. The points are [x, y, x, y, ...] as whole shares of 10,000, to the right and upwards.
  at(index) {
    const { points } = this.data;
    return [(points[2 * index] / 1e4) * this.width, (1 - points[2 * index + 1] / 1e4) * this.height];
  }

  // Where a place is, in px, that is given as shares of the width and, upwards, the height.
  atShare([x, y]) {
    return [x * this.width, (1 - y) * this.height];
  }

  pen(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    return pen;
  }

  visible(index) {
    return this.only === null || this.data.labels[index] === this.only;
  }

  drawPoints() {
    const pen = this.pen(this.back);
    if (this.map && this.places) this.drawMap(pen);
    const { labels, points } = this.data;
    for (const shown of [false, true])
      for (let index = 0; index < points.length / 2; index++) {
        if (this.visible(index) !== shown) continue;
        pen.save();
        pen.translate(...this.at(index));
        pen.globalAlpha = shown ? SHOWN : PALE;
        this.mark(pen, labels[index] ?? 0);
        pen.restore();
      }
  }

  // The mark of a class, around (0, 0).
  mark(pen, label) {
    const colors = this.map || this.dark ? DARK : LIGHT;
    const size = this.data.points.length > 1600 ? 0.85 : 1.05;
    pen.scale(size, size);
    pen.lineWidth = 0.75;
    pen.strokeStyle = this.dark || this.map ? "#000" : "#fff";
    pen.fillStyle = colors[label % colors.length];
    pen.fill(this.paths[label % this.paths.length]);
    pen.stroke(this.paths[label % this.paths.length]);
  }

  // Each decoded place where it is, in its own proportions.
  drawMap(pen) {
    const { map, tile } = this.data;
    const [columns, rows] = map;
    const [width, height] = [this.width / columns, this.height / rows];
    const scale = Math.min(width / tile[0], height / tile[1]);
    const [wide, high] = [tile[0] * scale, tile[1] * scale];
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, this.width, this.height);
    pen.globalAlpha = 0.75; // the points are in front
    pen.imageSmoothingQuality = "high";
    for (let number = 0; number < columns * rows; number++) {
      const left = ((number % columns) + 0.5) * width - wide / 2;
      const top = (Math.floor(number / columns) + 0.5) * height - high / 2;
      pen.drawImage(this.places, ...tileAt(tile, columns, number), left, top, wide, high);
    }
    pen.globalAlpha = 1;
  }

  // The index of the visible point that is nearest to (x, y) and nearer than `reach`, or -1.
  nearest(x, y, reach) {
    let found = -1;
    let least = reach * reach;
    for (let index = 0; index < this.data.points.length / 2; index++) {
      if (!this.visible(index)) continue;
      const [left, top] = this.at(index);
      const away = (left - x) ** 2 + (top - y) ** 2;
      if (away < least) [found, least] = [index, away];
    }
    return found;
  }

  // The number of the cell under (x, y), row by row from the top left; of the nearest one, outside.
  cell(x, y) {
    const [columns, rows] = this.data.map;
    const within = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
    return within(y / this.height, rows) * columns + within(x / this.width, columns);
  }

  // Marks of what is chosen, the walk between them, and the place.
  drawFront({ a, b, place, hover }) {
    const marks = new Path2D();
    const ring = (x, y, radius) => {
      marks.moveTo(x + radius, y);
      marks.arc(x, y, radius, 0, 2 * Math.PI);
    };
    const ends = a < 0 ? [] : [this.at(a), this.at(b)];
    if (ends.length && this.data.straight) marks.addPath(new Path2D(`M${ends[0]}L${ends[1]}`));
    for (const end of ends) ring(...end, 9);
    if (place) {
      const [x, y] = [place.x * this.width, (1 - place.y) * this.height];
      marks.addPath(new Path2D(`M${x - 9} ${y}h18M${x} ${y - 9}v18`));
    }
    if (hover >= 0) ring(...this.at(hover), 7);
    for (const index of this.drawing?.neighbors ?? []) ring(...this.at(index), 6);
    const pen = this.pen(this.front);
    const [ink, halo] = this.map || this.dark ? ["#fff", "#000"] : ["#111", "#fff"];
    Object.assign(pen, { strokeStyle: halo, fillStyle: ink, lineWidth: 5, font: "700 15px sans-serif" });
    pen.stroke(marks);
    const names = ends.map(([x, y], index) => ["AB"[index], Math.min(x + 12, this.width - 14), Math.max(y - 8, 14)]);
    for (const name of names) pen.strokeText(...name);
    for (const name of names) pen.fillText(...name);
    Object.assign(pen, { strokeStyle: ink, lineWidth: 2 });
    pen.stroke(marks);
    if (this.drawing) this.drawStar(pen, halo);
  }

  // What is drawn, in front of all, and the walk from it.
  drawStar(pen, halo) {
    const [x, y] = this.atShare(this.drawing.point);
    if (this.walk) pen.stroke(new Path2D(`M${x} ${y}L${this.atShare(this.walk)}`));
    const star = new Path2D(STAR);
    pen.translate(x, y);
    Object.assign(pen, { strokeStyle: halo, fillStyle: this.accent, lineWidth: 3 });
    pen.stroke(star);
    pen.fill(star);
  }

  // One tile of a sheet, as large as the canvas.
  copyTile(canvas, bitmap, columns, number) {
    const { tile } = this.data;
    if (canvas.width !== tile[0]) [canvas.width, canvas.height] = tile;
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, ...tile);
    pen.drawImage(bitmap, ...tileAt(tile, columns, number), 0, 0, ...tile);
  }
}

// Left, top, width and height of a tile in a sheet of `columns` tiles.
function tileAt([width, height], columns, number) {
  return [(number % columns) * width, Math.floor(number / columns) * height, width, height];
}

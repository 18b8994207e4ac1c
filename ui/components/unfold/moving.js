import { element } from "../dom.js";
import { PALE, Plot, SHOWN } from "../scatter/plot.js";

const HALF = 7; // css px, of a stamp's side

// The plot of points on their way, which is drawn anew in every frame: each mark is a copy of a stamp, because to fill a
// thousand shapes takes longer than a frame where much else runs.
export class Moving extends Plot {
  stamps = new Map();

  drawMoving() {
    const pen = this.pen(this.back);
    const { labels, points } = this.data;
    for (const shown of [false, true]) {
      pen.globalAlpha = shown ? SHOWN : PALE;
      for (let index = 0; index < points.length / 2; index++) {
        if (this.visible(index) !== shown) continue;
        const [x, y] = this.at(index);
        pen.drawImage(this.stamp(labels[index] ?? 0), x - HALF, y - HALF, 2 * HALF, 2 * HALF);
      }
    }
  }

  stamp(label) {
    const key = `${label} ${this.dark} ${this.ratio}`;
    if (!this.stamps.has(key)) this.stamps.set(key, this.cut(label));
    return this.stamps.get(key);
  }

  cut(label) {
    const stamp = element("canvas");
    stamp.width = stamp.height = Math.ceil(2 * HALF * this.ratio);
    const pen = stamp.getContext("2d");
    pen.scale(stamp.width / (2 * HALF), stamp.width / (2 * HALF));
    pen.translate(HALF, HALF);
    this.mark(pen, label);
    return stamp;
  }
}

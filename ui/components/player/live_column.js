// A column for what somebody draws, before the others of a player. Each row's sheet of pictures is copied to a canvas that
// has room for one more tile in every frame, where the answers to the drawing go.

export const YOURS = "yours";

// The texts and counts of a player with one more column.
export function withColumn(data) {
  const { columns, names } = data;
  const others = names.length ? names : Array(columns).fill("");
  return {
    ...data,
    columns: columns + 1,
    names: [YOURS, ...others],
    notes: data.notes.map((texts) => ["", ...texts]),
    alarms: data.alarms.map((alarms) => [false, ...alarms]),
  };
}

export class LiveColumn {
  constructor(data, bitmaps) {
    this.own = bitmaps;
    this.data = withColumn(data);
    this.bitmaps = bitmaps.map((bitmap) => this.widen(bitmap));
  }

  widen(bitmap) {
    const [wide] = this.data.tile;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: bitmap.width + wide, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, wide, 0);
    return canvas;
  }

  // Shows an answer in the rows of the same name, and nothing in the others; without one the column is empty.
  show(answer) {
    const [wide] = this.data.tile;
    let next = 0; // of the answer's rows: two may have one name
    this.data.rows.forEach(({ label }, number) => {
      const pen = this.bitmaps[number]?.getContext("2d");
      const found = answer?.header.rows.indexOf(label, next) ?? -1;
      pen?.clearRect(0, 0, wide, pen.canvas.height);
      if (found < 0) return;
      pen?.drawImage(answer.bitmaps[found], 0, 0);
      next = found + 1;
    });
    const header = answer?.header;
    this.data.notes.forEach((texts, index) => {
      texts[0] = header?.notes[index] ?? "";
    });
    this.data.alarms.forEach((alarms, index) => {
      alarms[0] = header?.alarms[index] ?? false;
    });
  }

  close() {
    for (const bitmap of this.own) bitmap.close();
  }
}

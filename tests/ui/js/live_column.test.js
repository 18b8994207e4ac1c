import assert from "node:assert/strict";
import { test } from "node:test";
import { withColumn } from "../../../ui/components/player/live_column.js";

test("a drawing has the first column, of every text", () => {
  const data = { columns: 2, names: ["3", "8"], notes: [["a", "b"]], alarms: [[true, false]], rows: [] };
  assert.deepEqual(withColumn(data), {
    columns: 3,
    names: ["yours", "3", "8"],
    notes: [["", "a", "b"]],
    alarms: [[false, true, false]],
    rows: [],
  });
  assert.deepEqual(withColumn({ ...data, names: [] }).names, ["yours", "", ""]);
  assert.deepEqual(data.notes, [["a", "b"]], "and the player's own stay as they are");
});

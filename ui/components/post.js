// The post office: letters from Python that must not travel with a component's large data, and what a player tells those
// that follow its slider elsewhere on the page, in the same frame.
// A letter waits when its reader is not mounted yet, so the order of mounting does not matter.
// It belongs to the window, because each component has a copy of this file.
globalThis.hourglassBoxes ??= new Map();
const boxes = globalThis.hourglassBoxes;

// Who reads what comes to `key`, and the latest letter of each kind.
function boxOf(key) {
  if (!boxes.has(key)) boxes.set(key, { letters: new Map(), readers: new Set() });
  return boxes.get(key);
}

export function sendLetter(letter) {
  const { letters, readers } = boxOf(letter.to);
  letters.set(letter.kind, letter);
  for (const reader of readers) reader.read(letters);
}

export function withdrawLetter(letter) {
  const { letters } = boxOf(letter.to);
  if (letters.get(letter.kind) === letter) letters.delete(letter.kind);
}

export function openBox(key, reader) {
  boxOf(key).readers.add(reader);
  reader.read(boxOf(key).letters);
}

export function closeBox(key, reader) {
  boxOf(key).readers.delete(reader);
}

// Where a player says what it shows: { index, chosen }, in letters of the kind "shown".
export const showBox = (key) => `shown by ${key}`;

export function playerOf(key) {
  return [...boxOf(key).readers].at(-1);
}

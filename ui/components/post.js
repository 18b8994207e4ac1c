// The post office: letters from Python that must not travel with a component's large data, and what a player tells those
// that follow its slider elsewhere on the page, in the same frame.
// A letter waits when its reader is not mounted yet, so the order of mounting does not matter.
// It belongs to the window, because each component has a copy of this file.
globalThis.hourglassPost ??= { readers: new Map(), letters: new Map() };
const post = globalThis.hourglassPost;

// The latest letter of each kind to `key`.
function lettersTo(key) {
  if (!post.letters.has(key)) post.letters.set(key, new Map());
  return post.letters.get(key);
}

export function sendLetter(letter) {
  const letters = lettersTo(letter.to).set(letter.kind, letter);
  for (const reader of post.readers.get(letter.to) ?? []) reader.read(letters);
}

export function withdrawLetter(letter) {
  const letters = lettersTo(letter.to);
  if (letters.get(letter.kind) === letter) letters.delete(letter.kind);
}

export function openBox(key, reader) {
  if (!post.readers.has(key)) post.readers.set(key, new Set());
  post.readers.get(key).add(reader);
  reader.read(lettersTo(key));
}

export function closeBox(key, reader) {
  post.readers.get(key)?.delete(reader);
}

// Where a player says what it shows: { index, chosen }, in letters of the kind "shown".
export function showBox(key) {
  return `shown by ${key}`;
}

export function playerOf(key) {
  return [...(post.readers.get(key) ?? [])].at(-1);
}

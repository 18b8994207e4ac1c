// The post office: letters from Python that must not travel with a component's large data.
// A letter waits when its reader is not mounted yet, so the order of mounting does not matter.
// It belongs to the window, because each component has a copy of this file.
globalThis.hourglassPost ??= { readers: new Map(), letters: new Map() };
const post = globalThis.hourglassPost;

export function sendLetter(letter) {
  const letters = post.letters.get(letter.to) ?? new Map();
  post.letters.set(letter.to, letters.set(letter.kind, letter));
  post.readers.get(letter.to)?.read(letters);
}

export function withdrawLetter(letter) {
  const letters = post.letters.get(letter.to);
  if (letters?.get(letter.kind) === letter) letters.delete(letter.kind);
}

export function openBox(key, reader) {
  post.readers.set(key, reader);
  reader.read(post.letters.get(key) ?? new Map());
}

export function closeBox(key, reader) {
  if (post.readers.get(key) === reader) post.readers.delete(key);
}

// The post office: letters from Python that must not travel with a component's large data.
// A letter waits when its reader is not mounted yet, so the order of mounting does not matter.
const post = (window.hourglassPost ??= { readers: new Map(), letters: new Map() });

function sendLetter(letter) {
  const letters = post.letters.get(letter.to) ?? new Map();
  post.letters.set(letter.to, letters.set(letter.kind, letter));
  post.readers.get(letter.to)?.read(letters);
}

function withdrawLetter(letter) {
  const letters = post.letters.get(letter.to);
  if (letters?.get(letter.kind) === letter) letters.delete(letter.kind);
}

function openBox(key, reader) {
  post.readers.set(key, reader);
  reader.read(post.letters.get(key) ?? new Map());
}

function closeBox(key, reader) {
  if (post.readers.get(key) === reader) post.readers.delete(key);
}

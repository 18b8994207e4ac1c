// The post office: letters from Python that must not travel with a component's large data.
// A letter waits when its reader is not mounted yet, so the order of mounting does not matter.
// It belongs to the window, because each component has a copy of this file.
globalThis.hourglassPost ??= { readers: new Map(), letters: new Map(), followers: new Map(), shown: new Map() };
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

// What follows a player's slider elsewhere on the page hears of every position in the same frame.
export function follow(key, follower) {
  if (!post.followers.has(key)) post.followers.set(key, new Set());
  post.followers.get(key).add(follower);
  if (post.shown.has(key)) follower.show(post.shown.get(key));
}

export function unfollow(key, follower) {
  post.followers.get(key)?.delete(follower);
}

// shown: { index, chosen }
export function tellFollowers(key, shown) {
  post.shown.set(key, shown);
  for (const follower of post.followers.get(key) ?? []) follower.show(shown);
}

export function playerOf(key) {
  return post.readers.get(key);
}

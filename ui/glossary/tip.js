const EDGE = 8; // px that a tip keeps from the window's edges

// Below the word, or above it where there is more room; always within the window. `word`, `tip`: their boxes.
export function placeTip(word, tip, page) {
  const below = word.bottom + 4;
  const fits = below + tip.height <= page.height - EDGE || word.top < page.height - word.bottom;
  const top = fits ? below : word.top - 4 - tip.height;
  const left = Math.min(word.left, page.width - EDGE - tip.width);
  return { left: Math.max(EDGE, left), top: Math.max(EDGE, top) };
}

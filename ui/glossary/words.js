// Where on the page words of the glossary stand. The page's elements are only read: React goes on owning them.

const SKIPPED = `
  input, textarea, select, code, pre, svg, canvas, math, script, style, noscript, h1, .katex, .hourglass-meaning,
  .st-key-glossary h2, [data-baseweb="select"], [data-baseweb="input"], [data-testid="stIconMaterial"],
  [data-testid="stHeader"], [data-testid="stPageLink"], [data-testid="stSliderThumbValue"],
  [data-testid="stDownloadButton"]`;
const OWN = ".row-label, .label, .chart-title, .legend .text, .counts caption, .counts th"; // in our components

// One expression for all the forms of all the terms, the longest first, as whole words.
export function makeFinder(terms) {
  const termOf = new Map(terms.flatMap((term) => term.forms.map((form) => [form, term])));
  const forms = [...termOf.keys()].sort((a, b) => b.length - a.length);
  const escaped = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"));
  const words = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])`, "giu");
  return (text) =>
    [...text.matchAll(words)].map(({ 0: word, index }) => ({
      term: termOf.get(word.toLowerCase().replace(/\s+/g, " ")),
      start: index,
      end: index + word.length,
    }));
}

// The text nodes that are looked at: of the page, and of the few labels in our components that never change.
function* textNodes(root) {
  const { SHOW_ELEMENT, SHOW_TEXT, FILTER_ACCEPT, FILTER_REJECT } = NodeFilter;
  const accept = (node) => (node.matches?.(SKIPPED) ? FILTER_REJECT : FILTER_ACCEPT);
  const walker = document.createTreeWalker(root, SHOW_ELEMENT | SHOW_TEXT, accept);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) yield node;
    for (const label of node.shadowRoot?.querySelectorAll(OWN) ?? []) yield* textNodes(label);
  }
}

// The first occurrence of each term that is seen, in the main column before the sidebar: [{ parent, range, term }].
export function findWords(main, page, find) {
  const words = new Map(); // of each term
  for (const root of [main, page])
    for (const node of root ? textNodes(root) : [])
      for (const { term, start, end } of find(node.data)) {
        const parent = node.parentElement;
        if (words.has(term) || parent.checkVisibility?.() === false) continue;
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        words.set(term, { parent, range, term });
      }
  return [...words.values()];
}

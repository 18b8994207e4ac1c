// Where on the page words of the glossary stand. The page's elements are only read: React goes on owning them.

export const SKIPPED = [
  "input",
  "textarea",
  "select",
  "code",
  "pre",
  "svg",
  "canvas",
  "math",
  "script",
  "style",
  "noscript",
  ".katex",
  '[data-baseweb="select"]',
  '[data-baseweb="input"]',
  '[data-testid="stIconMaterial"]',
  '[data-testid="stHeader"]',
  '[data-testid="stPageLink"]',
  '[data-testid="stSliderThumbValue"]',
  ".hourglass-meaning",
  ".st-key-glossary h2",
  "h1",
  '[data-testid="stDownloadButton"]',
].join(", ");
const OWN = ".row-label:not(.probe), .label, .chart-title, .legend .text, .counts caption, .counts th"; // in our components

// One expression for all the forms of all the terms, the longest first, as whole words.
export function makeFinder(terms) {
  const termOf = new Map(terms.flatMap((term) => term.forms.map((form) => [form, term])));
  const forms = [...termOf.keys()].sort((a, b) => b.length - a.length);
  const escaped = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"));
  const words = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_]|-\\p{L})`, "giu");
  const known = new WeakMap(); // text node -> what was found in it, until it changes
  return (node) => {
    const text = node.data;
    let found = known.get(node);
    if (found?.text !== text) {
      const matches = [...text.matchAll(words)].map((match) => ({
        term: termOf.get(match[0].toLowerCase().replace(/\s+/g, " ")),
        start: match.index,
        end: match.index + match[0].length,
      }));
      found = { text, matches };
      known.set(node, found);
    }
    return found.matches;
  };
}

// The text nodes that are looked at: of the page, and of the few labels in our components that never change.
function* textNodes(root) {
  const show = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const walker = document.createTreeWalker(root, show, {
    acceptNode: (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(SKIPPED)
        ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT,
  });
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) yield node;
    else if (node.shadowRoot)
      for (const label of node.shadowRoot.querySelectorAll(OWN))
        for (const child of label.childNodes) if (child.nodeType === Node.TEXT_NODE) yield child;
  }
}

// The first occurrence of each term that is seen, in the main column before the sidebar: element -> [{ range, term }].
export function findWords(main, page, find) {
  const words = new Map();
  const known = new Set(); // the terms that the page has by now
  for (const root of [main, page])
    for (const node of root ? textNodes(root) : [])
      for (const { term, start, end } of find(node)) {
        const parent = node.parentElement;
        if (known.has(term) || parent.checkVisibility?.() === false) continue;
        known.add(term);
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        if (!words.has(parent)) words.set(parent, []);
        words.get(parent).push({ range, term });
      }
  return words;
}

import { Living, mounted, setAttribute, setText } from "../components/dom.js";
import { findWords, makeFinder } from "./words.js";

// Pointing at a word of the glossary shows its meaning. For the keyboard all words of a page are one stop of Tab: its
// arrow keys go from word to word, and screen readers hear their meanings as its value. The words are marked by the
// CSS Custom Highlight API; browsers without it have the page Glossary.

const NAME = "hourglass-glossary";
const HERE = "hourglass-glossary-here"; // the word at which the keyboard is
const SCAN_MS = 300; // how long a page must have been quiet
const LATER_MS = 1500; // our components draw their labels a moment after they are mounted, which nothing here sees
const SHOW_MS = 150;
const HIDE_MS = 200; // in which the pointer can be moved on to the tip
const QUIET_MS = 2000; // after the last move of a slider; until then no word is marked
const ARROWS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }; // from word to word
const SLIDER = 'input[type=range], [data-testid="stSlider"], .movable';
const INTERACTIVE =
  "a, button, input, select, textarea, label, summary, [role=button], [role=radio], [role=option], [role=tab]";

const HTML = `
  <div>
    <div class="hourglass-meaning" data-name="tip" role="tooltip" popover="manual">
      <b data-name="name"></b><span data-name="meaning"></span>
    </div>
    <div class="stop" data-name="stop" role="spinbutton" tabindex="0" aria-label="Words explained on this page"></div>
  </div>`;
const glossary = mounted(({ data, parentElement }) => new Glossary(data.terms, parentElement));
export default CSS.highlights ? glossary : () => {};

class Glossary extends Living {
  words = []; // in the order of the page
  place = 0; // at which word the keyboard is
  quietUntil = 0; // no word is marked before
  wanted; // the word that is pointed at
  shown; // the word whose meaning is shown

  constructor(terms, host) {
    super(host.querySelector(".hourglass-glossary"), HTML);
    this.find = makeFinder(terms);
    this.observer = new MutationObserver(() => this.scanSoon());
    this.observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    this.scanSoon();
    const on = (kinds, act) => this.on(document, kinds, act, { capture: true, passive: !kinds.includes("keydown") });
    on("pointermove", (event) => this.move(event));
    const isSlider = (event) => event.composedPath().some((node) => node.matches?.(SLIDER));
    on("keydown pointerdown pointerup", (event) => isSlider(event) && this.beQuiet());
    on("pointerdown", (event) => {
      this.pressed = true;
      if (!this.tip.contains(event.target)) this.hide();
    });
    on("pointerup pointercancel", () => (this.pressed = false));
    on("click", (event) => {
      const isTap = event.pointerType === "touch" && !event.composedPath()[0].closest?.(INTERACTIVE);
      if (isTap) this.show(this.wordAt(event));
    });
    on("scroll", () => CSS.highlights.has(HERE) || this.hide());
    on("toggle", () => this.scanSoon()); // what was folded away is seen
    on("keydown", (event) => {
      const step = event.target === this.stop && ARROWS[event.key];
      if (step) this.go(step);
      else if (event.key === "Escape" && this.shown) this.hide();
      else return;
      event.preventDefault(); // it was meant for the words alone
    });
    this.on(this.stop, "focus", () => this.go(0));
    this.on(this.stop, "blur", () => this.hide());
  }

  remove() {
    this.hide();
    super.remove();
    this.observer.disconnect();
    CSS.highlights.delete(NAME);
  }

  scanSoon() {
    for (const timer of this.scans ?? []) clearTimeout(timer);
    const idle = window.requestIdleCallback ?? setTimeout;
    const scan = () => idle(() => this.ears.signal.aborted || this.scan(), { timeout: 1000 });
    const quiet = this.quietUntil - performance.now();
    this.scans = [SCAN_MS, LATER_MS].map((wait) => setTimeout(scan, Math.max(wait, quiet)));
  }

  scan() {
    if (this.pressed) return this.scanSoon(); // nothing may disturb a drag
    this.words = findWords(document.querySelector('[data-testid="stMain"]'), document.body, this.find);
    CSS.highlights.set(NAME, new Highlight(...this.words.map((word) => word.range)));
    this.writeStop();
    this.goToWord();
  }

  // Chromium paints all that is marked anew with every change of the page, which a slider has no time for.
  beQuiet() {
    CSS.highlights.delete(NAME);
    this.quietUntil = performance.now() + QUIET_MS;
    this.scanSoon();
  }

  // On the page Glossary, once: Streamlit goes to the word in the address before those above it have their height.
  goToWord() {
    if (this.arrived) return;
    const word = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".st-key-glossary h2");
    word?.scrollIntoView();
    this.arrived = Boolean(word);
  }

  writeStop() {
    const count = this.words.length;
    this.stop.hidden = !count;
    if (!count) return;
    this.place = Math.min(this.place, count - 1);
    const { name, meaning } = this.words[this.place].term;
    const range = { min: 1, max: count, now: this.place + 1, text: `${name}: ${meaning}` };
    for (const [key, value] of Object.entries(range)) setAttribute(this.stop, `aria-value${key}`, value);
  }

  go(step) {
    const count = this.words.length;
    this.place = (this.place + step + count) % count;
    const word = this.words[this.place];
    this.writeStop();
    word.parent.scrollIntoView({ block: "nearest" });
    this.show(word);
    CSS.highlights.set(HERE, new Highlight(word.range));
  }

  wordAt(event) {
    const { clientX: x, clientY: y } = event;
    const inside = ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom;
    const [target] = event.composedPath();
    return this.words.find(({ parent, range }) => parent === target && [...range.getClientRects()].some(inside));
  }

  move(event) {
    if (event.pointerType === "touch" || event.buttons) return;
    const word = this.tip.contains(event.target) ? this.shown : this.wordAt(event);
    if (word === this.wanted) return;
    this.wanted = word;
    clearTimeout(this.timer);
    if (word) this.timer = setTimeout(() => this.show(word), this.shown ? 0 : SHOW_MS);
    else this.timer = setTimeout(() => this.hide(), HIDE_MS);
  }

  show(word) {
    if (!word?.range.startContainer.isConnected || word.range.collapsed) return;
    clearTimeout(this.timer);
    this.wanted = this.shown = word;
    setText(this.name, word.term.name);
    setText(this.meaning, word.term.meaning);
    const { left, top, bottom } = word.range.getClientRects()[0];
    const x = `max(8px, min(${left}px, 100% - 24rem - 8px))`;
    const isLow = top > innerHeight - bottom; // there is more room above
    this.tip.style.inset = isLow ? `auto auto ${innerHeight - top + 4}px ${x}` : `${bottom + 4}px auto auto ${x}`;
    this.tip.showPopover();
  }

  hide() {
    clearTimeout(this.timer);
    this.wanted = this.shown = undefined;
    CSS.highlights.delete(HERE);
    this.tip.hidePopover();
  }
}

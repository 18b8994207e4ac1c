import { Living, mounted, setAttribute } from "../components/dom.js";
import { placeTip } from "./tip.js";
import { findWords, makeFinder, SKIPPED } from "./words.js";

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
    <div class="stop" data-name="stop" role="spinbutton" aria-label="Words explained on this page"></div>
  </div>`;
const canMark = window.CSS?.highlights && HTMLElement.prototype.showPopover;
export default canMark ? mounted(({ data, parentElement }) => new Glossary(data.terms, parentElement)) : () => {};

class Glossary extends Living {
  words = []; // in the order of the page
  place = 0; // at which word the keyboard is

  constructor(terms, host) {
    super(host.querySelector(".hourglass-glossary"), HTML);
    this.find = makeFinder(terms);
    // Moving a slider changes but its own number, which is none of our words.
    const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    const isSeen = ({ target }) => !elementOf(target)?.closest(SKIPPED);
    this.observer = new MutationObserver((changes) => changes.some(isSeen) && this.scanSoon());
    this.observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    this.scanSoon();
    const on = (kinds, act) => this.on(document, kinds, act, { capture: true, passive: !kinds.includes("keydown") });
    on("pointermove", (event) => this.move(event));
    const isSlider = (event) => event.composedPath().some((node) => node.matches?.(SLIDER));
    on("keydown pointerdown pointerup", (event) => isSlider(event) && this.beQuiet());
    on("pointerdown", (event) => {
      this.pressed = event.pointerType !== "touch" && !this.tip.contains(event.target);
      if (this.pressed) this.hide();
    });
    on("pointerup pointercancel", () => (this.pressed = false));
    on("click", (event) => this.tap(event));
    on("scroll", () => this.byKeyboard || this.hide());
    on("toggle", () => this.scanSoon()); // what was folded away is seen
    on("keydown", (event) => {
      if (event.key !== "Escape" || !this.shown) return;
      this.hide();
      event.preventDefault(); // it was meant for the tip alone
    });
    this.on(this.stop, "focus", () => this.go(0));
    this.on(this.stop, "blur", () => this.hide());
    this.on(this.stop, "keydown", (event) => {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      this.go(ARROWS[event.key]);
    });
  }

  remove() {
    super.remove();
    this.observer.disconnect();
    for (const timer of [...this.scans, this.waking, this.showing, this.hiding]) clearTimeout(timer);
    for (const name of [NAME, HERE]) CSS.highlights.delete(name);
  }

  scanSoon() {
    for (const timer of this.scans ?? []) clearTimeout(timer);
    const idle = window.requestIdleCallback ?? ((act) => setTimeout(act));
    const scan = () => idle(() => this.ears.signal.aborted || this.scan(), { timeout: 1000 });
    const unlessDragged = () => (this.pressed ? this.scanSoon() : scan()); // nothing may disturb a drag
    this.scans = [SCAN_MS, LATER_MS].map((wait) => setTimeout(unlessDragged, wait));
  }

  scan() {
    this.words = findWords(document.querySelector('[data-testid="stMain"]'), document.body, this.find);
    this.mark();
    this.writeStop();
    this.goToWord();
  }

  mark() {
    if (!this.waking) CSS.highlights.set(NAME, new Highlight(...this.words.map((word) => word.range)));
  }

  // Chromium paints all that is marked anew with every change of the page, which a slider has no time for.
  beQuiet() {
    CSS.highlights.delete(NAME);
    clearTimeout(this.waking);
    this.waking = setTimeout(() => {
      this.waking = null;
      if (this.pressed) this.beQuiet();
      else this.mark();
    }, QUIET_MS);
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
    this.place = Math.min(this.place, Math.max(0, count - 1));
    this.stop.tabIndex = count ? 0 : -1;
    const { name, meaning } = this.words[this.place]?.term ?? { name: "None", meaning: "" };
    const range = { min: 1, max: Math.max(1, count), now: this.place + 1, text: `${name}: ${meaning}` };
    for (const [key, value] of Object.entries(range)) setAttribute(this.stop, `aria-value${key}`, value);
  }

  go(step) {
    const count = this.words.length;
    if (!count) return;
    this.place = (this.place + step + count) % count;
    const word = this.words[this.place];
    this.writeStop();
    word.parent.scrollIntoView({ block: "nearest" });
    this.show(word);
    this.byKeyboard = true;
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
    const word = this.wordAt(event);
    if (word || this.tip.contains(event.target)) this.stay();
    else if (this.shown) this.hiding ??= setTimeout(() => this.hide(), HIDE_MS);
    if (word === this.wanted) return;
    this.wanted = word;
    clearTimeout(this.showing);
    if (word) this.showing = setTimeout(() => this.show(word), this.shown ? 0 : SHOW_MS);
  }

  tap(event) {
    if (event.pointerType !== "touch" || this.tip.contains(event.target)) return;
    const word = event.composedPath()[0].closest?.(INTERACTIVE) ? null : this.wordAt(event);
    if (word) this.show(word);
    else this.hide();
  }

  show(word) {
    if (!word.range.startContainer.isConnected || word.range.collapsed) return;
    this.stay();
    this.shown = word;
    this.name.textContent = word.term.name;
    this.meaning.textContent = word.term.meaning;
    this.tip.showPopover();
    const page = { width: document.documentElement.clientWidth, height: innerHeight };
    const { left, top } = placeTip(word.range.getClientRects()[0], this.tip.getBoundingClientRect(), page);
    Object.assign(this.tip.style, { left: `${left}px`, top: `${top}px` });
  }

  stay() {
    clearTimeout(this.hiding);
    this.hiding = null;
  }

  hide() {
    clearTimeout(this.showing);
    this.stay();
    this.wanted = null;
    if (!this.shown) return;
    this.shown = null;
    this.byKeyboard = false;
    CSS.highlights.delete(HERE);
    this.tip.hidePopover();
  }
}

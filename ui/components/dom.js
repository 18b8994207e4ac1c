import { closeBox, openBox } from "./post.js";

// Elements of the page, and what every component does with them.

// What makes elements of a namespace: text always through textContent, because names come from people's uploads.
const maker =
  (namespace) =>
  (tag, attributes = {}, ...children) => {
    const made = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") made.textContent = value;
      else if (value !== undefined && value !== null) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };
export const [element, svg] = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"].map(maker);

// Elements from HTML of ours alone: the outermost as `root`, and each that has a `data-name` by that name.
export function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const root = template.content.firstElementChild;
  const named = [...root.querySelectorAll("[data-name]")].map((node) => [node.dataset.name, node]);
  return { root, ...Object.fromEntries(named) };
}

// Writing the same text again would still cost the browser a layout.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

// What Streamlit has made around a component; nothing where it is drawn alone.
export function outside(node, name) {
  return node.getRootNode().host?.closest?.(`[data-testid=${name}]`);
}

// How high a node may be to end on the screen. What begins further down is scrolled to: then `least` px are above it.
export function roomBelow(node, least) {
  const top = node.getBoundingClientRect().top + (outside(node, "stMain")?.scrollTop ?? 0);
  return window.innerHeight - (top < 0.65 * window.innerHeight ? top : least);
}

// What Streamlit calls to mount a component and with every change of its data. `make` returns what lives there, which
// has `remove` for the end, and may have `receive` for the data of every call.
export function mounted(make) {
  const living = new WeakMap(); // where Streamlit mounts us -> what lives there
  return (call) => {
    const place = call.parentElement;
    const known = living.get(place) ?? make(call);
    living.set(place, known);
    known.receive?.(call);
    return () => {
      living.delete(place);
      known.remove();
    };
  };
}

// What has elements in the page, and until its end listens to them, to the window, and to letters.
export class Living {
  constructor(host, html) {
    Object.assign(this, fromHtml(html));
    host.append(this.root);
    this.ears = new AbortController();
  }

  // Has `act` called for events of these kinds, with blanks between them.
  on(target, kinds, act, options) {
    for (const kind of kinds.split(" ")) target.addEventListener(kind, act, { ...options, signal: this.ears.signal });
  }

  // Has `act` called when the window or one of these elements has another size.
  onResize(act, ...nodes) {
    this.on(window, "resize", act);
    const observer = new ResizeObserver(act);
    for (const node of nodes) observer.observe(node);
    this.ears.signal.addEventListener("abort", () => observer.disconnect());
  }

  // Reads the letters that come to `key`, and none to a former one.
  readBox(key) {
    if (this.box) closeBox(this.box, this);
    this.box = key;
    openBox(key, this);
  }

  remove() {
    this.ears.abort();
    cancelAnimationFrame(this.request);
    if (this.box) closeBox(this.box, this);
    this.root.remove();
  }
}

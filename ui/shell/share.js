import { element, mounted } from "../components/dom.js";
import { isSamePage, linkOf } from "./link.js";

// "Share": the address of what is on the screen, and what the link is to hide.

// Streamlit writes a new entry into the browser's history for every change of the address, so that "back" would
// lead through every move of every slider instead of to the page before.
if (!window.hourglassHistory) {
  window.hourglassHistory = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) =>
    isSamePage(url, location) ? history.replaceState(state, title, url) : push(state, title, url);
}

async function copy(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // a classroom's address without https has no clipboard
  }
}

class Share {
  constructor(root, data) {
    this.panel = root.querySelector(".panel");
    this.field = element("input", { type: "text", readonly: "", "aria-label": "The link" });
    this.build(data);
    this.panel.addEventListener("beforetoggle", ({ newState }) => this.watch(newState === "open"));
  }

  build(data) {
    const box = ([name, text]) => {
      const input = element("input", { type: "checkbox" });
      input.addEventListener("change", () => this.write());
      return { name, input, label: element("label", {}, input, text) };
    };
    this.parts = data.parts.map(box);
    this.flags = data.flags.map(box);
    const button = element("button", { type: "button", text: "Copy" });
    button.addEventListener("click", async () => {
      this.write();
      button.textContent = (await copy(this.field)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => button.replaceChildren("Copy"), 2000);
    });
    const boxes = [...this.parts, ...this.flags].map((part) => part.label);
    const line = element("div", { class: "line" }, this.field, button);
    this.panel.replaceChildren(element("p", { text: data.about }), ...boxes, line);
  }

  write() {
    const hidden = this.parts.filter((part) => part.input.checked).map((part) => part.name);
    const flags = this.flags.map((flag) => [flag.name, flag.input.checked]);
    this.field.value = linkOf(location.href, hidden, flags);
  }

  // The address changes while the panel is open: a slider may be moved beside it.
  watch(isOpen) {
    this.write();
    clearInterval(this.timer);
    if (isOpen) this.timer = setInterval(() => document.activeElement !== this.field && this.write(), 500);
  }

  receive({ data }) {
    for (const part of this.parts) part.input.checked = data.hidden.includes(part.name);
    this.write();
  }

  remove() {
    clearInterval(this.timer);
  }
}

export default mounted(({ parentElement, data }) => new Share(parentElement, data));

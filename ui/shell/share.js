import { isSamePage, linkOf } from "../components/address.js";
import { mounted } from "../components/dom.js";
import { listenToKeys } from "./presenter.js";

// "Share": the address of what is on the screen, and what the link is to hide. It is on every page, and so it has the
// presenter's keys listened to.

// Streamlit writes a new entry into the browser's history for every change of the address, so that "back" would
// lead through every move of every slider instead of to the page before.
if (!window.hourglassHistory) {
  window.hourglassHistory = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) =>
    isSamePage(url, location) ? history.replaceState(state, title, url) : push(state, title, url);
}

class Share {
  constructor(root) {
    const panel = root.querySelector(".panel");
    this.field = panel.querySelector("[readonly]");
    this.boxes = [...panel.querySelectorAll("[type=checkbox]")];
    panel.addEventListener("change", () => this.write());
    panel.addEventListener("beforetoggle", ({ newState }) => this.watch(newState === "open"));
    const button = panel.querySelector("button");
    button.addEventListener("click", () => {
      this.write();
      this.field.focus();
      this.field.select();
      // A classroom's address without https has no `navigator.clipboard`.
      button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
      setTimeout(() => button.replaceChildren("Copy"), 2000);
    });
    this.ears = new AbortController();
    listenToKeys(this.ears.signal);
  }

  write() {
    const names = this.boxes.filter((box) => box.checked).map((box) => box.name);
    const hidden = names.filter((name) => name !== "present");
    this.field.value = linkOf(location.href, hidden, names.includes("present"));
  }

  // The address changes while the panel is open: a slider may be moved beside it.
  watch(isOpen) {
    this.write();
    clearInterval(this.timer);
    if (isOpen) this.timer = setInterval(() => document.activeElement !== this.field && this.write(), 500);
  }

  receive({ data }) {
    for (const box of this.boxes) if (box.name !== "present") box.checked = data.hidden.includes(box.name);
    this.write();
  }

  remove() {
    this.ears.abort();
    clearInterval(this.timer);
  }
}

export default mounted(({ parentElement }) => new Share(parentElement));

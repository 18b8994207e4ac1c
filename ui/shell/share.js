import { isSamePage, linkOf, reachable } from "../components/address.js";
import { mounted } from "../components/dom.js";
import { pressKey } from "./presenter.js";

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
    [this.field, this.roomField] = panel.querySelectorAll("[readonly]");
    [this.room, this.scan, this.code] = ["room", "scan", "code"].map((name) => panel.querySelector(`.${name}`));
    this.boxes = [...panel.querySelectorAll("[type=checkbox]")];
    panel.addEventListener("change", () => this.write());
    panel.addEventListener("beforetoggle", ({ newState }) => this.watch(newState === "open"));
    for (const line of panel.querySelectorAll(".line")) {
      const [field, button] = line.children;
      button.addEventListener("click", () => {
        this.write();
        field.focus();
        field.select();
        // A classroom's address without https has no `navigator.clipboard`.
        button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
        setTimeout(() => button.replaceChildren("Copy"), 2000);
      });
    }
    this.scan.addEventListener("click", () => this.ask("link", this.link));
    this.ears = new AbortController();
    window.addEventListener("keydown", pressKey, { capture: true, signal: this.ears.signal });
  }

  write() {
    const names = this.boxes.filter((box) => box.checked).map((box) => box.name);
    const hidden = names.filter((name) => name !== "present");
    this.field.value = linkOf(location.href, hidden, names.includes("present"));
    this.link = reachable(this.field.value, this.data.room);
    this.roomField.value = this.link;
    this.room.hidden = !this.link || this.link === this.field.value;
    this.scan.hidden = !this.link;
    this.code.hidden = this.data.code?.link !== this.link;
  }

  // The address changes while the panel is open: a slider may be moved beside it.
  watch(isOpen) {
    this.write();
    clearInterval(this.timer);
    const fields = [this.field, this.roomField];
    if (isOpen) this.timer = setInterval(() => fields.includes(document.activeElement) || this.write(), 500);
  }

  receive({ data, setStateValue }) {
    this.data = data;
    this.ask = setStateValue;
    this.code.innerHTML = data.code?.svg ?? ""; // of ours alone
    for (const box of this.boxes) if (box.name !== "present") box.checked = data.hidden.includes(box.name);
    this.write();
  }

  remove() {
    this.ears.abort();
    clearInterval(this.timer);
  }
}

export default mounted(({ parentElement }) => new Share(parentElement));

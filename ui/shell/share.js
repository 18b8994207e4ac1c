// "Share": the address of what is on the screen, and what the link is to hide.
keepOneEntryPerPage();

// Streamlit writes a new entry into the browser's history for every change of the address, so that "back" would
// lead through every move of every slider instead of to the page before.
function keepOneEntryPerPage() {
  if (window.hourglassHistory) return;
  window.hourglassHistory = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const samePage = url != null && new URL(url, location.href).pathname === location.pathname;
    return samePage ? history.replaceState(state, title, url) : push(state, title, url);
  };
}

function linkOf(hidden, flags) {
  const url = new URL(location.href);
  url.hash = "";
  url.searchParams.delete("hide");
  if (hidden.length) url.searchParams.set("hide", hidden.join("."));
  for (const [name, on] of flags) {
    url.searchParams.delete(name);
    if (on) url.searchParams.set(name, "1");
  }
  return url.toString();
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

function box(text, checked, onChange) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "checkbox", checked });
  input.addEventListener("change", onChange);
  label.append(input, text);
  return { label, input };
}

class Share {
  constructor(root, data) {
    this.details = root.querySelector(".hourglass-share");
    this.panel = this.details.querySelector(".panel");
    this.field = Object.assign(document.createElement("input"), { type: "text", readOnly: true });
    this.field.setAttribute("aria-label", "The link");
    this.build(data);
    // Before it opens: "toggle" is told some time after that, and nobody may copy an old link until then.
    this.details.querySelector("summary").addEventListener("click", () => this.write());
    this.details.addEventListener("toggle", () => this.watch());
    this.onKey = (event) => event.key === "Escape" && this.close();
    this.onPointer = (event) => this.details.open && !event.composedPath().includes(this.details) && this.close();
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("pointerdown", this.onPointer);
  }

  build(data) {
    const write = () => this.write();
    const about = document.createElement("p");
    about.textContent = data.about;
    this.parts = data.parts.map(([name, text]) => ({ name, ...box(text, data.hidden.includes(name), write) }));
    this.flags = data.flags.map(([name, text]) => ({ name, ...box(text, false, write) }));
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      this.write();
      button.textContent = (await copy(this.field)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    const line = document.createElement("div");
    line.className = "line";
    line.append(this.field, button);
    const boxes = [...this.parts, ...this.flags].map((part) => part.label);
    this.panel.replaceChildren(about, ...boxes, line);
    this.write();
  }

  write() {
    const chosen = (parts) => parts.filter((part) => part.input.checked).map((part) => part.name);
    this.field.value = linkOf(
      chosen(this.parts),
      this.flags.map((flag) => [flag.name, flag.input.checked]),
    );
  }

  // The address changes while the panel is open: a slider may be moved beside it.
  watch() {
    clearInterval(this.timer);
    if (!this.details.open) return;
    this.write();
    this.timer = setInterval(() => document.activeElement !== this.field && this.write(), 500);
  }

  close() {
    if (!this.details.open) return;
    this.details.open = false;
    this.details.querySelector("summary").focus({ preventScroll: true });
  }

  update(data) {
    for (const part of this.parts) part.input.checked = data.hidden.includes(part.name);
    this.write();
  }

  remove() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("pointerdown", this.onPointer);
  }
}

const shares = new WeakMap(); // where Streamlit mounts us -> what is there between calls

export default function ({ parentElement, data }) {
  let share = shares.get(parentElement);
  if (share) share.update(data);
  else shares.set(parentElement, (share = new Share(parentElement, data)));
  return () => {
    shares.delete(parentElement);
    share.remove();
  };
}

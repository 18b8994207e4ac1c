// The presenter's keys: Page Up and Page Down, as remote controls send them, go to other steps; arrows do where nothing
// has the focus that they could be meant for; Escape leaves the view, where nothing else is open.
const OPEN = '[role="dialog"], [role="listbox"], [data-baseweb="popover"]';
const ANYWHERE = { PageUp: "previous-step", PageDown: "next-step", Escape: "leave" };
const UNFOCUSED = { ArrowLeft: "previous-step", ArrowRight: "next-step" };

// Listens until `signal` says otherwise.
export function listenToKeys(signal) {
  const press = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const focus = document.activeElement ?? document.body;
    const isFocused = focus !== document.body && !focus.closest(".st-key-presenter");
    const name = ANYWHERE[event.key] ?? (isFocused ? undefined : UNFOCUSED[event.key]);
    if (!name || !document.querySelector(".st-key-leave") || document.querySelector(OPEN)) return;
    if (event.key !== "Escape") event.preventDefault(); // the page would scroll, or its slider move
    document.querySelector(`.st-key-presenter .st-key-${name} button`)?.click();
  };
  const on = (capture, hears) =>
    window.addEventListener("keydown", (event) => hears(event) && press(event), { capture, signal });
  // Escape is heard last, for a hint that it closes takes it; the others first, before a slider.
  on(true, (event) => event.key !== "Escape");
  on(false, (event) => event.key === "Escape");
}

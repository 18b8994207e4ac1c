// The presenter's keys: Page Up and Page Down, as remote controls send them, go to other steps; arrows do where nothing
// has the focus that they could be meant for; Escape leaves the view, where nothing else is open that it closes.
const OPEN = '[role="dialog"], [role="listbox"], [data-baseweb="popover"]';
const ANYWHERE = { PageUp: "previous-step", PageDown: "next-step", Escape: "leave" };
const UNFOCUSED = { ArrowLeft: "previous-step", ArrowRight: "next-step" };

// Hears of a key before all others do: a slider would move, and what Escape closes is still open.
export function pressKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const focus = document.activeElement ?? document.body;
  const isFocused = focus !== document.body && !focus.closest(".st-key-presenter");
  const name = ANYWHERE[event.key] ?? (isFocused ? undefined : UNFOCUSED[event.key]);
  if (!name || !document.querySelector(".st-key-leave") || document.querySelector(OPEN)) return;
  if (event.key !== "Escape")
    event.preventDefault(); // the page would scroll, or its slider move
  else if (document.querySelector(":popover-open")) return;
  document.querySelector(`.st-key-presenter .st-key-${name} button`)?.click();
}

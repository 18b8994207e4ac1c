// Escape leaves the presenter's view, where nothing else is open that it could be meant for.
const OPEN = '[role="dialog"], [role="listbox"], [data-baseweb="popover"]';

export default function () {
  const leave = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(OPEN)) return;
    document.querySelector(".st-key-presenter button")?.click();
  };
  window.addEventListener("keydown", leave);
  return () => window.removeEventListener("keydown", leave);
}

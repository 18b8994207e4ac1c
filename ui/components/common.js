// Small helpers that every component here is given (files are joined as strings by Python).

// A new element: text always through textContent, because names come from people's uploads.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Writing the same text again would still cost the browser a layout.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

// Streamlit gives the theme as CSS variables only; the palette needs to know dark from light.
function isDark(node) {
  const probe = element("span", { style: "color: var(--st-background-color, #fff)" });
  node.append(probe);
  const [red, green, blue] = getComputedStyle(probe)
    .color.match(/[\d.]+/g)
    .map(Number);
  probe.remove();
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

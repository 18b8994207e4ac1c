import { element, svg } from "../dom.js";
import { SHAPES } from "../shapes.js";
import { DARK, LIGHT } from "./plot.js";

// Fills a legend with classes, of which one is looked at alone: `look` is told its label. Chosen again, it gives way to
// all, and `look` is told null.
export function writeLegend(legend, { names, classes }, look) {
  let only = null;
  const choose = (label, input) => {
    only = only === label ? null : label;
    input.checked = only === label;
    look(only);
  };
  const choices = classes.map((label) => {
    const color = `light-dark(${LIGHT[label % LIGHT.length]}, ${DARK[label % DARK.length]})`;
    const path = svg("path", { d: SHAPES[label % SHAPES.length], style: `fill: ${color}` });
    const swatch = svg("svg", { viewBox: "-6 -6 12 12", width: 14, height: 14 }, path);
    const input = element("input", { type: "radio", name: "class" });
    input.addEventListener("click", () => choose(label, input));
    input.addEventListener("keyup", (event) => {
      if (event.key !== " " || !input.checked) return;
      event.preventDefault(); // browsers have the space bar choose, but not choose again
      input.click();
    });
    return element("label", {}, input, swatch, names[label]);
  });
  legend.replaceChildren(...choices);
  legend.hidden = classes.length < 2;
}
